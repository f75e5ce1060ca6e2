import { z } from "zod";
import { isAddressOrBlock } from "../../actions/keys/key-fields.ts";
import { logOut } from "../../actions/keys/log-out.ts";
import { requestCredential } from "../../actions/keys/request-credential.ts";
import { showKey } from "../../actions/keys/show-key.ts";
import { parseRule } from "../../domain/access-rule.ts";
import { callerError } from "../errors.ts";
import { accessRule, credential, credentialState, ipBlock, toldCredential } from "../key-schemas.ts";
import { openRoute, type Route, route } from "../route.ts";

const wantedRule = z
  .object({ method: z.string(), path: z.string() })
  .refine(
    (given) => parseRule(given) !== undefined,
    "is not a rule: a method (GET, POST, PUT, DELETE), and a path of at most 500 characters that begins with /",
  )
  .meta({ id: "auth.WantedAccessRule", description: "A call that the key shall be able to make; * in its path stands for any characters" });

const wantedAddress = z.string().refine(isAddressOrBlock, "is neither an IP address nor a block of them").meta({ description: ipBlock.description });

const credentialRequest = z
  .object({
    accessRules: z.array(wantedRule).min(1).max(100),
    redirection: z.string().max(2000).nullish().meta({ description: "Where to take the person after agreeing: http or https" }),
    allowedIPs: z.array(wantedAddress).max(100).nullish().meta({ description: "From where alone the key shall work" }),
  })
  .meta({ id: "auth.CredentialRequest", description: "The key that a program asks for" });

const requested = z
  .object({ consumerKey: z.string(), state: credentialState, validationUrl: z.string().nullable() })
  .meta({ id: "auth.Credential", description: "Credential request to get access to the API" });

const details = z
  .object({
    account: z.string().meta({ description: "The handle of the account for which the calls are made" }),
    allowedRoutes: z.array(accessRule).nullable(),
    description: z.string(),
    identities: z.array(z.string()),
    method: z.enum(["account", "oauth2", "provider", "user"]).meta({ id: "auth.MethodEnum", description: "All authentication methods" }),
    roles: z.array(z.string()),
    user: z.string().nullable(),
  })
  .meta({ id: "auth.Details", description: "Details about the current authentication" });

/** How a program gets a key, and what it may do with the one that it has. */
export const authRoutes: readonly Route[] = [
  openRoute({
    method: "GET",
    path: "/auth/time",
    summary: "Get the time of the server, in seconds since 1970",
    answer: z.int(),
    run: async ({ context }) => Math.floor(context.clock() / 1000),
  }),
  openRoute({
    method: "POST",
    path: "/auth/credential",
    summary: "Request a new credential for your application",
    description:
      "Needs the header X-Ovh-Application and no signature. The key works as soon as somebody has agreed to it at validationUrl, which is possible for a day.",
    body: credentialRequest,
    answer: requested,
    run: async ({ context, source, header, body }) => {
      const applicationKey = (header("X-Ovh-Application") ?? "").slice(0, 255);
      const asked = await requestCredential(context, source, { ...body, applicationKey });
      if (asked === "unknown-application") throw callerError("unknown-application", { ours: context.clock(), theirs: "" });
      return asked;
    },
  }),
  route("read-profile", {
    method: "GET",
    path: "/auth/currentCredential",
    summary: "Get the current credential details",
    answer: credential,
    run: async ({ context, actor, caller }) => toldCredential(await showKey(context, actor, { id: caller.actor.key }), context.settings.timeZone),
  }),
  route("read-profile", {
    method: "GET",
    path: "/auth/details",
    summary: "Get the current authentication details",
    answer: details,
    run: async ({ context, actor, caller }) => {
      const key = await showKey(context, actor, { id: caller.actor.key });
      return {
        account: actor.handle,
        allowedRoutes: key.rules,
        description: key.application.name,
        identities: [],
        method: key.kind === "client" ? "oauth2" : "account",
        roles: [],
        user: null,
      };
    },
  }),
  route("manage-keys", {
    method: "POST",
    path: "/auth/logout",
    summary: "Expire current credential",
    description: "The key of this call ends. Of an OAuth2 client all access tokens end.",
    answer: z.null(),
    run: async ({ context, caller }) => {
      await logOut(context, caller);
      return null;
    },
  }),
];
