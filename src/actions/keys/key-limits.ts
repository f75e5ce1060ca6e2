import { clientNetwork } from "../../domain/client-network.ts";
import type { Limit } from "../../storage/queries/limits.ts";

const minute = 60_000;
const hour = 60 * minute;

export const mostApplications = 100;
/** Of those that can be used. */
export const mostCredentials = 500;

/** How often what may be asked for, in fixed windows. */
export const keyLimits = {
  requestsFrom: (source: string): Limit => ({ key: `key/from/${clientNetwork(source)}`, atMost: 100, window: 15 * minute }),
  /** High, because whoever knows an application's key could use it up for the others. */
  requestsOf: (applicationId: number): Limit => ({ key: `key/of/${applicationId}`, atMost: 1000, window: hour }),
  /** For one client each; only those of clients that there are count, since whoever asks names them as he likes. */
  wrongSecretsFor: (source: string, clientId: string): Limit => ({ key: `token/from/${clientNetwork(source)}/${clientId}`, atMost: 30, window: 15 * minute }),
  /** For all clients together. */
  wrongSecretsFrom: (source: string): Limit => ({ key: `tokens/from/${clientNetwork(source)}`, atMost: 300, window: 15 * minute }),
  tokensOf: (credentialId: number): Limit => ({ key: `token/of/${credentialId}`, atMost: 300, window: hour }),
} as const;
