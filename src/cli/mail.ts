import { type Command, Option } from "commander";
import type { Context } from "../context.ts";
import { listOutbox, type OutboxItem } from "../outbox/list-outbox.ts";
import { retryMail } from "../outbox/retry-mail.ts";
import { Misuse } from "./failures.ts";
import type { Wiring } from "./wiring.ts";
import { operator, withContext } from "./with-context.ts";

type State = OutboxItem["state"];

export function addMail(program: Command, wiring: Wiring): void {
  const mail = program.command("mail").description("See which letters have failed, and send them again");
  mail
    .command("list")
    .description("List letters, oldest first; without their texts, which may hold codes")
    .addOption(new Option("--state <state>", "which ones").choices(["failed", "waiting", "sending", "sent", "dropped"]).default("failed"))
    .addOption(new Option("--limit <number>", "at most so many").default(100).argParser(wholeNumber))
    .addHelpText("after", "\n  handover mail list --state waiting\n")
    .action((options: { state: State; limit: number }) => withContext(wiring, (context) => list(context, options)));
  mail
    .command("retry")
    .description("Send failed letters once more, with all their tries")
    .argument("[id...]", "as `mail list` shows them")
    .option("--all", "all that have failed")
    .addHelpText("after", "\n  handover mail retry 0f8c…\n  handover mail retry --all\n")
    .action((ids: string[], { all }: { all?: true }) => withContext(wiring, (context) => retry(context, ids, all === true)));
}

function wholeNumber(text: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw new Misuse(`--limit: ${text} is not a whole number above zero`);
  return Number(text);
}

async function list(context: Context, options: { state: State; limit: number }): Promise<void> {
  const letters = await listOutbox(context, options);
  if (letters.length === 0) console.error(`There are no ${options.state} letters.`);
  for (const one of letters) console.log([one.id, new Date(one.createdAt).toISOString(), one.letter, one.recipient, one.lastError ?? ""].join("\t"));
}

async function retry(context: Context, given: readonly string[], all: boolean): Promise<void> {
  if (all === given.length > 0) throw new Misuse("Name the letters to send again, or --all.");
  const ids = all ? (await listOutbox(context, { state: "failed", limit: 100_000 })).map((one) => one.id) : given;
  for (const id of ids) await retryMail(context, operator, { id });
  console.log(ids.length === 1 ? "1 letter is sent again." : `${ids.length} letters are sent again.`);
}
