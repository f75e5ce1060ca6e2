import { Argument, type Command, Option } from "commander";
import type { ImportKind } from "../actions/import/import-batch.ts";
import type { Context } from "../context.ts";
import { exportRows } from "./export-rows.ts";
import { type Cells, columns, importKinds } from "./import/columns.ts";
import type { Wiring } from "./wiring.ts";
import { withContext } from "./with-context.ts";

const kindsOf = { all: importKinds, accounts: ["account"], services: ["service"], invoices: ["invoice"] } as const satisfies Record<
  string,
  readonly ImportKind[]
>;
type What = keyof typeof kindsOf;

export function addExport(program: Command, wiring: Wiring): void {
  program
    .command("export")
    .description("Write accounts, services and invoices to standard output, in the form that `import` takes")
    .addArgument(new Argument("[what]").choices(Object.keys(kindsOf)).default("all"))
    .addOption(new Option("--format <format>", "of the lines").choices(["csv", "ndjson"]).default("csv"))
    .addHelpText(
      "after",
      "\nPasswords, requests and letters are not in it: that is what `backup` is for.\n\n  handover export services --format ndjson > services.ndjson\n",
    )
    .action((what: What, { format }: { format: "csv" | "ndjson" }) => withContext(wiring, (context) => exportAll(context, kindsOf[what], format)));
}

/** Whoever reads may have seen enough (`head`): that is no failure. */
async function exportAll(context: Context, kinds: readonly ImportKind[], format: "csv" | "ndjson"): Promise<void> {
  process.stdout.on("error", () => undefined);
  await printAll(context, kinds, format).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
  });
}

async function printAll(context: Context, kinds: readonly ImportKind[], format: "csv" | "ndjson"): Promise<void> {
  const names = ["type", ...new Set(kinds.flatMap((kind) => [...columns[kind].needed, ...columns[kind].others]))];
  let text = format === "csv" ? csvLine(names) : "";
  for (const kind of kinds) {
    for await (const cells of exportRows(context.store.read, kind)) {
      text += format === "csv" ? csvLine(names.map((name) => cells[name] ?? "")) : ndjsonLine(cells);
      if (text.length < 64 * 1024) continue;
      await print(text);
      text = "";
    }
  }
  await print(text);
}

/** Waits for whoever reads: memory stays flat however slow he is. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\r\n`;
}

function ndjsonLine(cells: Cells): string {
  return `${JSON.stringify(cells)}\n`;
}
