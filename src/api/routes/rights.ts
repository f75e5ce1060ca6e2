import { z } from "zod";
import { checkOwnRights } from "../../actions/services/check-own-rights.ts";
import { deeds } from "../../domain/right.ts";
import { nameParam } from "../parameters.ts";
import { type Route, route } from "../route.ts";

const deed = z.enum(deeds).meta({
  id: "services.may.DeedEnum",
  description: "administer: what an admin contact does; run: what a technical contact does; pay: what a billing contact does",
});
const product = nameParam.meta({ description: "Path of its product, e.g. hosting/web" });

const verdict = {
  allowed: z.boolean(),
  reason: z
    .enum(["admin", "tech", "billing", "no-role", "other-role", "account-inactive"])
    .meta({ id: "services.may.ReasonEnum", description: "The role by which it is allowed, or why it is not; no-role: also where there is no such service" }),
};
const answer = z.object(verdict).meta({ id: "services.may.Verdict", description: "Whether an account may do something" });
const named = z
  .object({ name: z.string().meta({ description: "As it was asked for" }), ...verdict })
  .meta({ id: "services.may.NamedVerdict", description: "Whether an account may do something with this service" });

const many = z
  .object({ deed, product, names: z.array(nameParam).min(1).max(1000) })
  .meta({ id: "services.may.Question", description: "Services of one product, and what the account wants to do with them" });

/** What other systems ask before they let somebody do something. */
export const rightRoutes: readonly Route[] = [
  route("read-services", {
    method: "GET",
    path: "/services/may",
    summary: "Find out whether the account may do something with a service",
    description: "An admin contact administers and runs, a technical contact runs, a billing contact pays.",
    query: z.object({ deed, product, name: nameParam.meta({ description: "Name of the service" }) }),
    answer,
    run: async ({ context, actor, query: { name, ...asked } }) => (await checkOwnRights(context, actor, { ...asked, names: [name] }))[0],
  }),
  route("read-services", {
    method: "POST",
    path: "/services/may",
    summary: "Find out the same for up to 1,000 services",
    description: "The answers come in the order of the names. Changes nothing. As any call it takes 64 KB: ask for very long names in several calls.",
    body: many,
    answer: z.array(named),
    writes: false,
    run: async ({ context, actor, body }) => {
      const verdicts = await checkOwnRights(context, actor, body);
      return verdicts.map((one, at) => ({ name: body.names[at], ...one }));
    },
  }),
];
