import type { EnvironmentReader } from "./environment.ts";

/** What the secret of every demonstration begins with, so that `serve` recognises it. */
export const demoPrefix = "demo-";

const shortest = 32;

/** The server's secrets, newest first. `serving`: it must have one, and none of a demonstration. */
export function readSecrets(reader: EnvironmentReader, serving: boolean): readonly string[] {
  const secrets = reader.list("HANDOVER_SECRET");
  const name = "HANDOVER_SECRET";
  if (serving && secrets.length === 0) reader.problem(name, "must be set: make one with `openssl rand -hex 32` and keep it as safe as a backup");
  if (secrets.some((secret) => secret.length < shortest))
    reader.problem(name, `is too short: at least ${shortest} characters, better made with \`openssl rand -hex 32\``);
  if (serving && secrets.some((secret) => secret.startsWith(demoPrefix)))
    reader.problem(name, "is the secret of a demonstration: make one with `openssl rand -hex 32`");
  return secrets;
}
