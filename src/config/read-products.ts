import { z } from "zod";
import type { Product } from "../config.ts";
import { type Language, languages } from "../domain/languages.ts";
import standard from "../products.json" with { type: "json" };
import type { EnvironmentReader } from "./environment.ts";

const names = z.partialRecord(z.enum(languages), z.string().trim().min(1)).refine((some) => some.en !== undefined, "a name in English (en) is missing");

const product = z.strictObject({
  path: z
    .string()
    .regex(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+){0,2}$/, "one to three words of letters, digits, - and _ with / between them")
    .refine((path) => !["me", "auth", "services"].includes(path.split("/")[0] ?? ""), "begins with a word that the API uses itself"),
  names,
  icon: z.string().min(1).default("box"),
  contactsChangeable: z.boolean().default(true),
  ownerEditable: z.boolean().default(false),
  domainNames: z.boolean().default(false),
});

const products = z
  .array(product)
  .min(1)
  .refine((some) => new Set(some.map((one) => one.path)).size === some.length, "a path stands there twice");

/** The provider's products (`HANDOVER_PRODUCTS`, a JSON file like src/products.json), or the standard ones. A name that is missing in a language is the English one. */
export function readProducts(reader: EnvironmentReader): readonly Product[] {
  const text = reader.file("HANDOVER_PRODUCTS");
  if (text === undefined) return standard;
  try {
    const read = products.safeParse(JSON.parse(text));
    if (read.success) return read.data.map((one) => ({ ...one, names: allNames(one.names) }));
    for (const issue of read.error.issues) reader.problem("HANDOVER_PRODUCTS", `${issue.path.join(".") || "the list"}: ${issue.message}`);
  } catch {
    reader.problem("HANDOVER_PRODUCTS", "the file is not JSON");
  }
  return standard;
}

function allNames(given: Partial<Record<Language, string>>): Record<Language, string> {
  const english = given.en ?? "";
  return { en: english, nl: english, fi: english, pl: english, es: english, cs: english, fr: english, de: english, it: english, pt: english, ...given };
}
