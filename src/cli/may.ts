import { Argument, type Command } from "commander";
import { checkRight } from "../actions/services/check-right.ts";
import { type Deed, deeds } from "../domain/right.ts";
import { Failure } from "./failures.ts";
import type { Wiring } from "./wiring.ts";
import { withContext } from "./with-context.ts";

export function addMay(program: Command, wiring: Wiring): void {
  program
    .command("may")
    .description("May this account do this here? 0: yes, 1: no; with the reason")
    .argument("<handle>")
    .addArgument(new Argument("<deed>", "what it wants to do").choices(deeds))
    .argument("<product>")
    .argument("<name>")
    .addHelpText("after", "\n  handover may ab123456-ovh run domain example.com && restart-it\n")
    .action((handle: string, deed: Deed, product: string, name: string) =>
      withContext(wiring, async (context) => {
        const verdict = await checkRight(context, { handle, deed, product, name });
        if (!verdict.allowed) throw new Failure(`no: ${verdict.reason}`);
        console.log(`yes: ${verdict.reason}`);
      }),
    );
}
