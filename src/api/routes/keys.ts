import { z } from "zod";
import { isAddressOrBlock } from "../../actions/keys/key-fields.ts";
import type { KeyView } from "../../actions/keys/key-view.ts";
import { listApplications } from "../../actions/keys/list-applications.ts";
import { listKeys } from "../../actions/keys/list-keys.ts";
import { removeApplication } from "../../actions/keys/remove-application.ts";
import { restrictCredential } from "../../actions/keys/restrict-credential.ts";
import { revokeCredential } from "../../actions/keys/revoke-credential.ts";
import { showApplication } from "../../actions/keys/show-application.ts";
import { showKey } from "../../actions/keys/show-key.ts";
import { apiError } from "../errors.ts";
import { application, client, credential, credentialState, ipBlock, toldApplication, toldClient, toldCredential } from "../key-schemas.ts";
import { idParam, nameParam } from "../parameters.ts";
import { type AccountCall, type Page, type Route, route } from "../route.ts";

const applicationId = z.object({ applicationId: idParam });
const credentialId = z.object({ credentialId: idParam });
const clientId = z.object({ clientId: nameParam });
const wantedAddress = z.string().refine(isAddressOrBlock, "is neither an IP address nor a block of them").meta({ description: ipBlock.description });

type AnyCall = Pick<AccountCall<unknown, unknown, unknown>, "context" | "actor">;

const zoneOf = ({ context }: AnyCall): string => context.settings.timeZone;

/** The keys of the account, oldest first. */
async function keysOf({ context, actor }: AnyCall): Promise<KeyView[]> {
  return (await listKeys(context, actor)).keys.toReversed();
}

async function clientOf(call: AnyCall, id: string): Promise<KeyView> {
  const found = (await keysOf(call)).find((key) => key.kind === "client" && key.application.key === id);
  if (!found) throw apiError(404, "There is no such OAuth2 client for this account");
  return found;
}

/** The part of a list that is asked for; the cursor is the place of its first element. */
function partOf<T>(all: T[], page: Page): T[] {
  if (page.size === undefined) return all;
  const from = Number(page.cursor ?? 0);
  if (!Number.isSafeInteger(from) || from < 0) throw apiError(400, "X-Pagination-Cursor is not one that was given");
  if (from + page.size < all.length) page.next(String(from + page.size));
  return all.slice(from, from + page.size);
}

/** Programs, keys and OAuth2 clients of the account. Creating them asks for the password, so that only people can do it. */
export const keyRoutes: readonly Route[] = [
  route("manage-keys", {
    method: "GET",
    path: "/me/api/application",
    summary: "List of your Api Application",
    answer: z.array(z.int()),
    expands: application,
    pages: true,
    run: async ({ context, actor, page }) => {
      const part = partOf(await listApplications(context, actor), page);
      return page.expanded ? part.map(toldApplication) : part.map(({ id }) => id);
    },
  }),
  route("manage-keys", {
    method: "GET",
    path: "/me/api/application/{applicationId}",
    summary: "Get your application",
    params: applicationId,
    answer: application,
    run: async ({ context, actor, params }) => toldApplication(await showApplication(context, actor, { id: params.applicationId })),
  }),
  route("manage-keys", {
    method: "DELETE",
    path: "/me/api/application/{applicationId}",
    summary: "Remove this application. It will revoke all credential belonging to this application",
    params: applicationId,
    answer: z.null(),
    run: async ({ context, actor, params }) => {
      await removeApplication(context, actor, { id: params.applicationId });
      return null;
    },
  }),
  route("manage-keys", {
    method: "GET",
    path: "/me/api/credential",
    summary: "List of your Api Credentials",
    query: z.object({ applicationId: idParam.optional(), status: credentialState.optional() }),
    answer: z.array(z.int()),
    expands: credential,
    pages: true,
    run: async (call) => {
      const { applicationId: of, status } = call.query;
      const wanted = (await keysOf(call)).filter((key) => (of === undefined || key.application.id === of) && (status === undefined || key.state === status));
      const part = partOf(wanted, call.page);
      return call.page.expanded ? part.map((key) => toldCredential(key, zoneOf(call))) : part.map((key) => key.credentialId);
    },
  }),
  route("manage-keys", {
    method: "GET",
    path: "/me/api/credential/{credentialId}",
    summary: "Get a credential",
    params: credentialId,
    answer: credential,
    run: async (call) => toldCredential(await showKey(call.context, call.actor, { id: call.params.credentialId }), zoneOf(call)),
  }),
  route("manage-keys", {
    method: "PUT",
    path: "/me/api/credential/{credentialId}",
    summary: "Alter a credential: from where alone it works",
    params: credentialId,
    body: z.object({
      allowedIPs: z.array(wantedAddress).max(100).nullish().meta({ description: "Null or empty: from everywhere; left out: as it is" }),
    }),
    answer: z.null(),
    run: async ({ context, actor, params, body }) => {
      await restrictCredential(context, actor, { id: params.credentialId, ...body });
      return null;
    },
  }),
  route("manage-keys", {
    method: "DELETE",
    path: "/me/api/credential/{credentialId}",
    summary: "Remove this credential",
    params: credentialId,
    answer: z.null(),
    run: async ({ context, actor, params }) => {
      await revokeCredential(context, actor, { id: params.credentialId });
      return null;
    },
  }),
  route("manage-keys", {
    method: "GET",
    path: "/me/api/credential/{credentialId}/application",
    summary: "Get the application of a credential",
    params: credentialId,
    answer: application,
    run: async ({ context, actor, params }) => toldApplication((await showKey(context, actor, { id: params.credentialId })).application),
  }),
  route("manage-keys", {
    method: "GET",
    path: "/me/api/oauth2/client",
    summary: "List of your OAuth2 clients",
    answer: z.array(z.string()),
    expands: client,
    pages: true,
    run: async (call) => {
      const part = partOf(
        (await keysOf(call)).filter((key) => key.kind === "client"),
        call.page,
      );
      return call.page.expanded ? part.map((key) => toldClient(key, zoneOf(call))) : part.map((key) => key.application.key);
    },
  }),
  route("manage-keys", {
    method: "GET",
    path: "/me/api/oauth2/client/{clientId}",
    summary: "Get an OAuth2 client",
    params: clientId,
    answer: client,
    run: async (call) => toldClient(await clientOf(call, call.params.clientId), zoneOf(call)),
  }),
  route("manage-keys", {
    method: "DELETE",
    path: "/me/api/oauth2/client/{clientId}",
    summary: "Remove an OAuth2 client; its access tokens end at once",
    params: clientId,
    answer: z.null(),
    run: async (call) => {
      const { credentialId: id } = await clientOf(call, call.params.clientId);
      await revokeCredential(call.context, call.actor, { id });
      return null;
    },
  }),
];
