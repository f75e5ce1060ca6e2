/** What is wrong with PostgreSQL, in one line with what to do. `passing`: it may get better by itself; else a setting is wrong. */
export type DatabaseTrouble = { text: string; passing: boolean };

type Place = { at: string; host: string; user: string; database: string };
type Advice = { passing: boolean; tell: (place: Place, message: string) => string };

const isPassing = (tell: Advice["tell"]): Advice => ({ passing: true, tell });
const isWrong = (tell: Advice["tell"]): Advice => ({ passing: false, tell });

const noHost = isPassing(({ host }) => `There is no host called ${host}. Is HANDOVER_DATABASE_URL right?`);
const silent = isPassing(
  ({ at }) => `PostgreSQL at ${at} does not answer. Are host and port in HANDOVER_DATABASE_URL right, and does a firewall stand between?`,
);
const changing = isPassing(({ at }) => `PostgreSQL at ${at} is starting or stopping. Try again in a moment.`);
const held = isPassing(
  ({ at }) => `Somebody else holds what this needs in PostgreSQL at ${at}, or it is overloaded. Try again; pg_stat_activity there shows who works on what.`,
);
const standby = isPassing(
  ({ at }) => `The database at ${at} only reads. HANDOVER_DATABASE_URL must lead to the primary: the address of HAProxy or of your cluster.`,
);
const untrusted = isWrong(
  ({ at }, message) =>
    `The certificate of ${at} is not trusted (${message}). Name its authority in HANDOVER_DATABASE_URL: ?sslmode=verify-full&sslrootcert=FILE.`,
);

const brokenOff = isPassing(({ at }) => `The connection to ${at} was broken off. Does PostgreSQL run there, or what should lead to it?`);

/** By SQLSTATE, or by the code of Node's error. */
const advice: Readonly<Record<string, Advice>> = {
  ECONNREFUSED: isPassing(({ at }) => `Nothing listens at ${at}. Does PostgreSQL run there, and do its listen_addresses and HANDOVER_DATABASE_URL agree?`),
  ENOTFOUND: noHost,
  EAI_AGAIN: noHost,
  ETIMEDOUT: silent,
  EHOSTUNREACH: silent,
  ENETUNREACH: silent,
  ECONNRESET: brokenOff,
  EPIPE: brokenOff,
  "57P01": changing,
  "57P02": changing,
  "57P03": changing,
  "53300": isPassing(({ at }) => `PostgreSQL at ${at} has no connection left. Raise its max_connections, or lower HANDOVER_DATABASE_CONNECTIONS.`),
  "55P03": held,
  "57014": held,
  "25006": standby,
  "28P01": isWrong(
    ({ at, user }) => `PostgreSQL at ${at} refuses the password of ${user}. Set it in HANDOVER_DATABASE_URL; special characters percent-encoded.`,
  ),
  "28000": isWrong(
    ({ at, user }, message) => `PostgreSQL at ${at} does not let ${user} in (${message}). It needs that role, and a line for it in pg_hba.conf.`,
  ),
  "3D000": isWrong(
    ({ at, user, database }) =>
      `There is no database ${database} at ${at}. Is HANDOVER_DATABASE_URL right? Else create it: createdb --owner=${user} --encoding=UTF8 ${database}`,
  ),
  "42501": isWrong(
    ({ user, database }, message) => `${user} may not do this in the database (${message}). Make it the owner: ALTER DATABASE ${database} OWNER TO ${user};`,
  ),
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: untrusted,
};

/** Finds in an error, or in what caused it, a trouble of PostgreSQL that the operator can mend. The password of the URL is in none of the words. */
export function databaseTrouble(error: unknown, url: string | undefined): DatabaseTrouble | undefined {
  const place = placeOf(url);
  const chain = causesOf(error);
  if (!place || !chain.some(isOfDatabase)) return undefined;
  for (const one of chain.toReversed()) {
    if (one.name === "PostgresUnfit") return { text: `The database at ${place.at} cannot be used: ${one.message}`, passing: false };
    const known = adviceFor(one);
    if (known) return { text: known.tell(place, one.message), passing: known.passing };
  }
  return undefined;
}

/** What is known of a trouble for which there is no advice: where, and what was said there. */
export function unknownTrouble(error: unknown, url: string): string {
  const cause = causesOf(error).at(-1);
  return `PostgreSQL at ${placeOf(url)?.at} cannot be used at the moment (${cause?.message ?? String(error)}).`;
}

function adviceFor(error: Error): Advice | undefined {
  const code = codeOf(error);
  if (code && Object.hasOwn(advice, code)) return advice[code];
  if (error.message.includes("only reads")) return standby;
  if (error.message.includes("does not support SSL"))
    return isWrong(({ at }) => `PostgreSQL at ${at} speaks no TLS. Switch it on there (ssl = on), or take sslmode out of HANDOVER_DATABASE_URL.`);
  // A server that says something does answer, whatever it says.
  if ("severity" in error) return undefined;
  // The driver's own limit: it has neither name nor code.
  return /timeout|terminated/i.test(error.message) ? silent : undefined;
}

/** An error of the driver, or one of the storage port. */
function isOfDatabase(error: Error): boolean {
  return error.name.startsWith("Store") || error.name === "PostgresUnfit" || "severity" in error;
}

function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** The error, what caused it, and so on. A host with several addresses fails with one error for each: the first speaks for them. */
function causesOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const cause: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return [error, ...causesOf(cause)];
}

function placeOf(url: string | undefined): Place | undefined {
  const read = url === undefined ? null : URL.parse(url);
  if (!read) return undefined;
  const user = decodeURIComponent(read.username) || "the user of this process";
  return { at: `${read.hostname}:${read.port || "5432"}`, host: read.hostname, user, database: decodeURIComponent(read.pathname.slice(1)) };
}
