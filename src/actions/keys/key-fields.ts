import { isIP } from "node:net";
import { z } from "zod";
import { type AccessRule, parseRule } from "../../domain/access-rule.ts";
import { validities } from "../../domain/credential-life.ts";

/*
 * The fields of all forms about keys. The message of each issue is a key (`rules-missing`) that the faces translate.
 */

const mostRules = 100;
const mostAddresses = 100;
const longestDescription = 500;

/** Control characters, and signs that turn the direction of text or cannot be seen. */
const hostile = /[\p{Default_Ignorable_Code_Point}\u2800\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;

/** What a program does, on one line; may be empty. */
export const descriptionField = z
  .string()
  .transform((typed) => typed.trim().replace(/\s+/g, " ").normalize("NFC"))
  .refine((text) => text.length <= longestDescription, "description-too-long")
  .refine((text) => !hostile.test(text), "description-invalid");

/** The same of a program that asks others for keys: they want to know what it is. */
export const neededDescriptionField = descriptionField.refine((text) => text !== "", "description-missing");

/** 1 to 100 rules, each in the one form in which they are compared. */
export const rulesField = z
  .array(z.object({ method: z.string(), path: z.string() }))
  .min(1, "rules-missing")
  .max(mostRules, "rules-too-many")
  .transform((given, check): AccessRule[] => {
    const rules = given.flatMap((rule) => parseRule(rule) ?? []);
    if (rules.length < given.length) check.addIssue({ code: "custom", message: "rule-invalid", input: undefined });
    return rules;
  });

/** Addresses and blocks from which alone a key works; null: from everywhere, as is an empty list. */
export const addressesField = z
  .array(z.string())
  .max(mostAddresses, "addresses-too-many")
  .nullish()
  .refine((given) => !given || given.every(isAddressOrBlock), "address-invalid")
  .transform((given) => (given && given.length > 0 ? given.map((one) => one.trim()) : null));

export const validityField = z.enum(validities, "validity-unknown");

/** Whether this is an IP address or a block of them, such as `203.0.113.0/24`. */
export function isAddressOrBlock(given: string): boolean {
  const [address = "", bits, ...rest] = given.trim().split("/");
  const family = isIP(address);
  if (family === 0 || address.includes("%") || rest.length > 0) return false;
  return bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Where a person goes on to after agreeing: a web address; null and nothing are the same. */
export const redirectionField = z
  .string()
  .max(2000)
  .nullish()
  .refine((given) => !given || isWebAddress(given), "not a web address (http or https)")
  .transform((given) => (given ? new URL(given).href : null));

/** With its slashes, and without user and password, which could look like another host. */
function isWebAddress(given: string): boolean {
  const url = /^https?:\/\/[^\s\\]+$/i.test(given) ? URL.parse(given) : null;
  return url?.username === "" && url.password === "";
}
