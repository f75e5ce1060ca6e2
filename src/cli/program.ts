import { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { addAccount } from "./account.ts";
import { addBackup } from "./backup.ts";
import { addCopy } from "./copy.ts";
import { addDemo } from "./demo.ts";
import { addExport } from "./export.ts";
import { addImport } from "./import.ts";
import { addInvoice } from "./invoice.ts";
import { addMail } from "./mail.ts";
import { addMay } from "./may.ts";
import { addMigrate } from "./migrate.ts";
import { addRestore } from "./restore.ts";
import { addServe } from "./serve.ts";
import { addService } from "./service.ts";
import type { Wiring } from "./wiring.ts";

/** All commands, in the order in which the help lists them. */
const commands = [addDemo, addServe, addMigrate, addAccount, addService, addInvoice, addMay, addImport, addExport, addBackup, addRestore, addCopy, addMail];

const about = `${packageJson.description}

Exit codes: 0 done, 1 refused or failed, 2 called or set up wrongly. Settings are environment variables: docs/operations.md.`;

export function createProgram(wiring: Wiring): Command {
  // Before the commands are added: they inherit it.
  const program = new Command("handover").exitOverride().showHelpAfterError("(add --help for what it takes, and an example)");
  program.description(about).version(packageJson.version).helpCommand(false);
  for (const add of commands) add(program, wiring);
  return program;
}
