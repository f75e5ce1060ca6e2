import { z } from "zod";
import { type ApplicationView, credentialStates, type KeyView } from "../actions/keys/key-view.ts";
import { apiMethods } from "../domain/access-rule.ts";
import { datetime, instant } from "./times.ts";

export const accessRule = z
  .object({ method: z.enum(apiMethods).meta({ id: "http.MethodEnum", description: "All HTTP methods available" }), path: z.string() })
  .meta({ id: "auth.AccessRule", description: "Access rule required for the application" });

export const credentialState = z.enum(credentialStates).meta({ id: "auth.CredentialStateEnum", description: "All states a Credential can be in" });

export const ipBlock = z.string().meta({ id: "ipBlock", description: "An IP address or a block of them, e.g. 192.0.2.0/24" });

const applicationStatus = z
  .enum(["active", "blocked", "inactive", "trusted"])
  .meta({ id: "api.ApplicationStatusEnum", description: "List of state of an Api Application" });

export const application = z
  .object({
    applicationId: z.int(),
    applicationKey: z.string(),
    name: z.string(),
    description: z.string(),
    status: applicationStatus,
  })
  .meta({ id: "api.Application", description: "API Application" });

export const credential = z
  .object({
    credentialId: z.int(),
    applicationId: z.int(),
    allowedIPs: z.array(ipBlock).nullable(),
    creation: datetime,
    expiration: datetime.nullable(),
    lastUse: datetime.nullable(),
    ovhSupport: z.boolean(),
    rules: z.array(accessRule),
    status: credentialState,
  })
  .meta({ id: "api.Credential", description: "API Credential" });

export const client = z
  .object({
    clientId: z.string(),
    name: z.string(),
    description: z.string(),
    flow: z.enum(["AUTHORIZATION_CODE", "CLIENT_CREDENTIALS"]).meta({ id: "api.oauth2.FlowEnum", description: "OAuth2 flow" }),
    callbackUrls: z.array(z.string()),
    createdAt: datetime,
    credentialId: z.int().meta({ description: "The key under which its rules and its last use are told" }),
  })
  .meta({ id: "api.oauth2.Client", description: "OAuth2 client" });

export function toldApplication({ id, key, name, description }: ApplicationView): z.output<typeof application> {
  return { applicationId: id, applicationKey: key, name, description, status: "active" };
}

export function toldCredential(key: KeyView, timeZone: string): z.output<typeof credential> {
  const orNever = (at: number | null): string | null => (at === null ? null : instant(at, timeZone));
  return {
    credentialId: key.credentialId,
    applicationId: key.application.id,
    allowedIPs: key.allowedIPs,
    creation: instant(key.createdAt, timeZone),
    expiration: orNever(key.expiresAt),
    lastUse: orNever(key.lastUsedAt),
    ovhSupport: false,
    rules: key.rules,
    status: key.state,
  };
}

export function toldClient({ application: { key, name, description, createdAt }, credentialId }: KeyView, timeZone: string): z.output<typeof client> {
  return { clientId: key, name, description, flow: "CLIENT_CREDENTIALS", callbackUrls: [], createdAt: instant(createdAt, timeZone), credentialId };
}
