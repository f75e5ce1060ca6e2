const longest = 100;

/**
 * A name as it may stand in a letter: one line, nothing invisible that turns the reading direction, not endless. It comes from
 * people, so it could hold a forged line, a link, or `contacts/1?…token=…`, which published scripts search for (§7): a word joiner
 * (U+2060, invisible) after each character of links keeps it from being one.
 */
export function harmlessName(name: string): string {
  const line = oneLine(name);
  return /[/:?=@]|\.\S/.test(line) ? line.replace(/[/:?=@.](?=\S)/g, "$&\u2060") : line;
}

/** The name of a service. Domains and address blocks stay as they are, so that they can be copied; what holds signs of a link's query could be one. */
export function harmlessService(name: string): string {
  return /[?&=@]/.test(name) ? harmlessName(name) : oneLine(name);
}

/** A text of one line, without control and direction characters; joiners that scripts and emoji need stay. */
export function oneLine(text: string): string {
  const visible = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/(?![\u200c\u200d])[\p{Cf}\p{Cs}\p{Co}]/gu, "")
    .replace(/\s+/g, " ")
    .trim();
  const characters = [...visible];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join("")}…` : visible;
}
