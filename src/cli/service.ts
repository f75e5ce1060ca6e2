import { type Command, Option } from "commander";
import { lockContacts } from "../actions/services/lock-contacts.ts";
import { orderService } from "../actions/services/order-service.ts";
import { removeService } from "../actions/services/remove-service.ts";
import { renewService } from "../actions/services/renew-service.ts";
import { shownName } from "../domain/service-name.ts";
import type { Wiring } from "./wiring.ts";
import { operator, withContext } from "./with-context.ts";

type Ordered = { account: string; created?: string; expires?: string; renewal: "automatic" | "manual"; ownerName?: string; ownerOrganisation?: string };

export function addService(program: Command, wiring: Wiring): void {
  const service = program.command("service").description("Order, renew, lock or remove a service");
  service
    .command("order")
    .description("Register a service; the ordering account becomes contact in all three roles")
    .argument("<product>", "path of the product, such as domain or hosting/web")
    .argument("<name>", "such as example.com")
    .requiredOption("--account <handle>", "who orders it")
    .option("--created <day>", "YYYY-MM-DD; today when left out")
    .option("--expires <day>", "YYYY-MM-DD; the date of renewal or end")
    .addOption(new Option("--renewal <way>", "how it is renewed").choices(["automatic", "manual"]).default("automatic"))
    .option("--owner-name <name>", "who legally holds it")
    .option("--owner-organisation <organisation>")
    .addHelpText("after", "\n  handover service order domain example.com --account ab123456-ovh --expires 2027-11-21\n")
    .action((product: string, name: string, ordered: Ordered) =>
      withContext(wiring, async (context) => {
        const { account, created: createdOn, expires: expiresOn, renewal } = ordered;
        const owner = { name: ordered.ownerName ?? "", organisation: ordered.ownerOrganisation ?? "" };
        const row = await orderService(context, operator, { product, name, account, createdOn, expiresOn, renewal, owner });
        console.log(`${row.product} ${shownName(row.name)} is registered (${row.id}).`);
      }),
    );
  addChanges(service, wiring);
}

function addChanges(service: Command, wiring: Wiring): void {
  service
    .command("renew")
    .description("Give a service a new date; where it is later, the billing contact is told")
    .argument("<product>")
    .argument("<name>")
    .requiredOption("--until <day>", "YYYY-MM-DD")
    .addHelpText("after", "\n  handover service renew domain example.com --until 2028-11-21\n")
    .action((product: string, name: string, { until }: { until: string }) =>
      withContext(wiring, async (context) => {
        const row = await renewService(context, operator, { product, name, expiresOn: until });
        console.log(`${row.product} ${shownName(row.name)} runs until ${row.expires_on ?? ""}.`);
      }),
    );
  for (const [deed, locked] of [
    ["lock", true],
    ["unlock", false],
  ] as const) {
    service
      .command(deed)
      .description(locked ? "Mark the contacts of a service as not changeable" : "Make the contacts of a service changeable again")
      .argument("<product>")
      .argument("<name>")
      .addHelpText("after", `\n  handover service ${deed} domain example.com\n`)
      .action((product: string, name: string) =>
        withContext(wiring, async (context) => {
          await lockContacts(context, operator, { product, name, locked });
          console.log(`The contacts of ${product} ${name} ${locked ? "cannot be changed now" : "can be changed again"}.`);
        }),
      );
  }
  service
    .command("remove")
    .description("Take a service out of all lists; its open requests end")
    .argument("<product>")
    .argument("<name>")
    .addHelpText("after", "\n  handover service remove domain example.com\n")
    .action((product: string, name: string) =>
      withContext(wiring, async (context) => {
        await removeService(context, operator, { product, name });
        console.log(`${product} ${name} is removed.`);
      }),
    );
}
