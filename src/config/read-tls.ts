import { createSecureContext } from "node:tls";
import type { Settings } from "../config.ts";
import type { EnvironmentReader } from "./environment.ts";

/** The certificate and its key, when the server speaks TLS itself; both or none, and they must belong together. */
export function readTls(reader: EnvironmentReader): Settings["tls"] {
  const names = ["HANDOVER_TLS_CERT", "HANDOVER_TLS_KEY"] as const;
  const missing = names.filter((name) => reader.text(name) === undefined);
  if (missing.length === 2) return undefined;
  for (const name of missing) reader.problem(name, "must be set too: certificate and key go together");
  const [cert, key] = names.map((name) => reader.file(name));
  if (cert === undefined || key === undefined) return undefined;
  try {
    createSecureContext({ cert, key });
    return { cert, key };
  } catch (error) {
    return reader.problem("HANDOVER_TLS_CERT", `certificate and key cannot be used (${error instanceof Error ? error.message : String(error)})`);
  }
}
