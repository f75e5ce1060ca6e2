/** Control characters, line breaks, and signs that turn the direction of text or cannot be seen; joiners, which some scripts need, may stay. */
const hostile = /(?![\u200c\u200d])[\p{Default_Ignorable_Code_Point}\u2800\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;
/** Mail programs make links of these: a name must not carry a stranger's advertisement to somebody's mailbox. */
const link = /:\/\/|\bwww\./i;
const visible = /[\p{L}\p{N}]/u;

const longestName = 100;

/** A name as it is kept: without the spaces around it, accents composed. */
export function normaliseName(typed: string): string {
  return typed.trim().normalize("NFC");
}

/** What is wrong with a normalised name of a person or company: 1 to 100 characters on one line. It ends up in mails to other people. */
export function faultInName(name: string): "name-missing" | "name-too-long" | "name-invalid" | undefined {
  if (name === "") return "name-missing";
  if ([...name].length > longestName) return "name-too-long";
  return visible.test(name) && !hostile.test(name) && !link.test(name) ? undefined : "name-invalid";
}
