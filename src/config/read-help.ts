import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Settings } from "../config.ts";
import { languages } from "../domain/languages.ts";
import type { EnvironmentReader } from "./environment.ts";

const link = z.url({ protocol: /^https?$/ });
const schema = z.partialRecord(z.enum(languages), z.strictObject({ help: link, community: link }).partial());

/** Links to the provider's help and community by language: `HANDOVER_HELP` is JSON, or the path of a JSON file. */
export function readHelp(reader: EnvironmentReader): Settings["help"] {
  const text = reader.text("HANDOVER_HELP");
  if (text === undefined) return {};
  try {
    const read = schema.safeParse(JSON.parse(text.startsWith("{") ? text : readFileSync(text, "utf8")));
    if (read.success) return withoutGaps(read.data);
    for (const issue of read.error.issues) reader.problem("HANDOVER_HELP", `${issue.path.join(".")}: ${issue.message}`);
  } catch {
    reader.problem("HANDOVER_HELP", 'must be JSON such as {"en": {"help": "https://…", "community": "https://…"}}, or a file that holds it');
  }
  return {};
}

/** Leaves out what is undefined, so that a link is either there or not. */
function withoutGaps(links: z.infer<typeof schema>): Settings["help"] {
  return JSON.parse(JSON.stringify(links)) as Settings["help"];
}
