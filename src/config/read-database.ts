import { accessSync, constants } from "node:fs";
import type { Settings } from "../config.ts";
import type { EnvironmentReader } from "./environment.ts";

const name = "HANDOVER_DATABASE_URL";

const form = "postgres://user:password@db.example:5432/handover";

/** Where the data are: PostgreSQL by a URL, or undefined: the embedded database. The URL is never repeated: it may hold a password. */
export function readDatabase(reader: EnvironmentReader): Pick<Settings, "databaseUrl" | "databaseConnections"> {
  return { databaseUrl: readUrl(reader), databaseConnections: reader.number("HANDOVER_DATABASE_CONNECTIONS", 10, { min: 1, max: 100 }) };
}

function readUrl(reader: EnvironmentReader): string | undefined {
  const text = reader.text(name);
  if (text === undefined) return undefined;
  const problem = problemOf(text);
  return problem === undefined ? text : reader.problem(name, problem);
}

function problemOf(text: string): string | undefined {
  if (!/^postgres(ql)?:\/\//.test(text)) return `must look like ${form}; without it the embedded database is used`;
  if (/^[a-z]+:\/\/([^@/?#]*@|(?!.*@))[^@/?#]*,/.test(text))
    return `names several hosts. It takes one: the address of HAProxy or of your cluster, such as ${form}`;
  const url = URL.parse(text);
  if (!url) return `cannot be read as an address such as ${form}; special characters of a password are written percent-encoded (@ is %40, / is %2F)`;
  if (!url.hostname) return `names no host; it must look like ${form}`;
  if (!/^\/[^/]+$/.test(url.pathname)) return `names no database; it must end with its name, such as ${form}`;
  if (!isEncodedWell(url)) return "holds a % that belongs to no percent-encoded character; the sign itself is written %25";
  if (url.hash) return "holds a #; in a password it is written %23";
  return parameterProblem(url.searchParams);
}

function isEncodedWell(url: URL): boolean {
  try {
    for (const part of [url.username, url.password, url.hostname, url.pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

const sslModes = ["disable", "verify-full", "no-verify"];
const files = ["sslrootcert", "sslcert", "sslkey"];

/** Only what concerns TLS: other parameters could switch off what keeps data safe. */
function parameterProblem(parameters: URLSearchParams): string | undefined {
  const unknown = [...parameters.keys()].find((key) => key !== "sslmode" && !files.includes(key));
  if (unknown !== undefined) return `there is no parameter “${unknown}”; there are sslmode, ${files.join(", ")}`;
  const mode = parameters.get("sslmode");
  if (mode !== null && !sslModes.includes(mode))
    return `“${mode}” is no sslmode; there are disable, verify-full (checks who answers) and no-verify (encrypts to whoever answers)`;
  const missing = files.map((key) => parameters.get(key)).find((file) => file && !isReadable(file));
  return missing === undefined ? undefined : `cannot read the file ${missing}`;
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
