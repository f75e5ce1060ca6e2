import { Command, Help } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import type { Wiring } from "./wiring.ts";

type AddCommand = (program: Command, wiring: Wiring) => void;

/** All commands, in the order in which the help lists them. */
const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  demo: async () => (await import("./demo.ts")).addDemo,
  serve: async () => (await import("./serve.ts")).addServe,
  migrate: async () => (await import("./migrate.ts")).addMigrate,
  account: async () => (await import("./account.ts")).addAccount,
  service: async () => (await import("./service.ts")).addService,
  invoice: async () => (await import("./invoice.ts")).addInvoice,
  may: async () => (await import("./may.ts")).addMay,
  import: async () => (await import("./import.ts")).addImport,
  export: async () => (await import("./export.ts")).addExport,
  backup: async () => (await import("./backup.ts")).addBackup,
  restore: async () => (await import("./restore.ts")).addRestore,
  copy: async () => (await import("./copy.ts")).addCopy,
  mail: async () => (await import("./mail.ts")).addMail,
};

const about = `${packageJson.description}

Exit codes: 0 done, 1 refused or failed, 2 called or set up wrongly. Settings are environment variables: docs/operations.md.`;

const plainHelp = new Help();

/** The program with the command that was typed; where there is none of that name with all of them, of which its help and its corrections speak. */
export async function createProgram(wiring: Wiring, [typed = ""]: readonly string[]): Promise<Command> {
  // Before the commands are added: they inherit it.
  const program = new Command("handover").exitOverride().showHelpAfterError("(add --help for what it takes, and an example)");
  program.configureHelp({ optionDescription: (option) => `${plainHelp.optionDescription(option)}${option.mandatory ? " (required)" : ""}`.trim() });
  program.description(about).version(packageJson.version).helpCommand(false);
  const named = Object.hasOwn(commands, typed) ? commands[typed] : undefined;
  for (const load of named ? [named] : Object.values(commands)) (await load())(program, wiring);
  return program;
}
