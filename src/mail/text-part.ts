import type { Desk } from "./desk.ts";
import type { Block, Draft, Sender } from "./draft.ts";

/** The plain text of a letter: lines of at most 76 characters, but a link always whole and alone on its line (§7). */
export function textPart(draft: Draft, desk: Desk, sender: Sender): string {
  const body = [wrap(draft.title), ...draft.blocks.map((block) => textOf(block, colonOf(desk)))];
  return `${[...body, `-- \n${sender.name}\n${wrap(desk.t("footer", { host: sender.host }))}`].join("\n\n")}\n`;
}

function textOf(block: Block, colon: string): string {
  switch (block.kind) {
    case "paragraph":
      return wrap(block.text);
    case "handover":
      return [block.from, block.to].map(({ label, name, handle }) => item(`${label}${colon} ${name} (${handle})`)).join("\n");
    case "facts":
      return block.rows.map(({ label, value }) => item(`${label}${colon} ${value}`)).join("\n");
    case "list":
      return block.items.map((one) => item(`- ${one}`)).join("\n");
    case "code":
      return `${wrap(block.label)}\n\n${block.code}\n\n${wrap(block.hint)}`;
    case "action":
      return `${wrap(`${block.label}${colon}`)}\n\n${block.url}`;
    case "note":
      return `${wrap(block.title)}\n${wrap(block.text)}`;
  }
}

/** French sets a space before a colon. */
const colonOf = (desk: Desk): string => (desk.language === "fr" ? "\u00a0:" : ":");

const item = (text: string): string => wrap(text, "  ");

const width = 76;

function wrap(text: string, indent = ""): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(lines.length ? indent + word : word);
  }
  return lines.join("\n");
}
