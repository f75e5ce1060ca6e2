import { type Command, Option } from "commander";
import type { AccountView } from "../actions/accounts/account-view.ts";
import { closeAccount } from "../actions/accounts/close-account.ts";
import { createAccount } from "../actions/accounts/create-account.ts";
import { resumeAccount } from "../actions/accounts/resume-account.ts";
import { suspendAccount } from "../actions/accounts/suspend-account.ts";
import type { Context, OperatorActor } from "../context.ts";
import { type Language, languages } from "../domain/languages.ts";
import type { Wiring } from "./wiring.ts";
import { operator, withContext } from "./with-context.ts";

type Wanted = { name: string; email: string; language: Language; handle?: string; verified?: true };

export function addAccount(program: Command, wiring: Wiring): void {
  const account = program.command("account").description("Create, suspend, resume or close an account");
  account
    .command("create")
    .description("Make an account; prints its handle. It has no password: its holder begins with “Forgotten password?”")
    .requiredOption("--name <name>", "of the person or company")
    .requiredOption("--email <address>", "where codes and letters go")
    .addOption(new Option("--language <language>", "of pages and letters").choices(languages).default("en"))
    .option("--handle <handle>", "a handle of your own, such as ab123456-ovh; else a new one is given")
    .option("--verified", "you vouch for the address; else its holder confirms it first")
    .addHelpText("after", '\n  handover account create --name "Alice Verhoeven" --email alice@example.com --language nl --verified\n')
    .action((wanted: Wanted) => withContext(wiring, (context) => create(context, wanted)));
  for (const deed of deeds) {
    account
      .command(deed.name)
      .description(deed.about)
      .argument("<handle>")
      .addHelpText("after", `\n  handover account ${deed.name} ab123456-ovh\n`)
      .action((handle: string) => withContext(wiring, async (context) => tell(await deed.run(context, operator, { handle }))));
  }
}

type Deed = { name: string; about: string; run(context: Context, actor: OperatorActor, input: { handle: string }): Promise<AccountView> };

const deeds: readonly Deed[] = [
  { name: "suspend", about: "No signing in and no asking, until it is resumed; its roles stay", run: suspendAccount },
  { name: "resume", about: "Make a suspended account active again", run: resumeAccount },
  { name: "close", about: "For good; refused while it holds a role. Its open requests end", run: closeAccount },
];

async function create(context: Context, wanted: Wanted): Promise<void> {
  const account = await createAccount(context, operator, wanted);
  console.log(account.handle);
}

function tell(account: AccountView): void {
  console.log(`${account.handle} (${account.name}) is ${account.status}.`);
}
