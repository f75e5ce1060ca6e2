import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, test } from "node:test";

const root = join(import.meta.dirname, "..");
const files = globSync("**/*.ts", { cwd: join(root, "src") }).toSorted();
const table = readTable(readFileSync(join(root, "docs/architecture.md"), "utf8"));
const imports = files.flatMap((file) => importsOf(file, readFileSync(join(root, "src", file), "utf8")));

type Import = { file: string; target: string; typesOnly: boolean };

describe("the layers of docs/architecture.md", () => {
  test("are read from its table, and hold real files with real imports", () => {
    assert.ok(table.size >= 10, `only ${table.size} rows in the table`);
    assert.ok(files.length >= 20, `only ${files.length} files in src`);
    assert.ok(imports.filter(isOurs).length >= 20, `only ${imports.length} imports in src`);
  });

  test("have a row for every folder and file at the top of src", () => {
    const without = [...new Set(files.map(unitOf))].filter((unit) => !table.has(unit));
    assert.deepEqual(without, []);
  });

  test("are kept by every import of src", () => {
    const wrong = imports.filter((one) => isOurs(one) && !mayImport(one));
    assert.deepEqual(wrong.map(tell), []);
  });

  test("have rules that know neither Node nor a package", () => {
    const wrong = imports.filter((one) => unitOf(one.file) === "domain" && !isOurs(one) && one.target !== "node:url");
    assert.deepEqual(wrong.map(tell), []);
  });

  test("form no circle", () => {
    assert.equal(findCircle(), undefined);
  });
});

describe("the reader of imports", () => {
  test("finds every form of them", () => {
    const found = importsOf(
      "panel/page.ts",
      [
        'import { a, type B } from "../domain/a.ts";',
        'import type { C } from "../storage/c.ts";',
        "import {",
        "  d,",
        '} from "../auth/d.ts";',
        'import "./side-effect.ts";',
        'export { e } from "../mail/e.ts";',
        'export type { F } from "../i18n/f.ts";',
        'const g = await import("../outbox/g.ts");',
        'let h: import("../config.ts").H;',
      ].join("\n"),
    );
    assert.deepEqual(
      found.map((one) => `${one.target}${one.typesOnly ? " (types)" : ""}`),
      ["domain/a.ts", "storage/c.ts (types)", "auth/d.ts", "panel/side-effect.ts", "mail/e.ts", "i18n/f.ts (types)", "outbox/g.ts", "config.ts"],
    );
  });

  test("allows no more than the table says", () => {
    const rows = readTable("| panel | actions, storage (types), outbox/enqueue.ts |\n| cli | everything but panel |\n");
    const may = (file: string, target: string, typesOnly = false): boolean => mayImport({ file, target, typesOnly }, rows);
    assert.ok(may("panel/a.ts", "panel/b.ts"));
    assert.ok(may("panel/a.ts", "actions/b.ts"));
    assert.ok(may("panel/a.ts", "storage/b.ts", true));
    assert.ok(!may("panel/a.ts", "storage/b.ts"));
    assert.ok(may("panel/a.ts", "outbox/enqueue.ts"));
    assert.ok(!may("panel/a.ts", "outbox/worker.ts"));
    assert.ok(may("cli/a.ts", "storage/b.ts"));
    assert.ok(!may("cli/a.ts", "panel/b.ts"));
  });
});

/** The second cell of each row, by each name in its first. */
function readTable(markdown: string): Map<string, string[]> {
  const rows = [...markdown.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)];
  return new Map(rows.flatMap(([, names = "", allowed = ""]) => names.split(", ").map((name) => [name, allowed.split(", ")] as const)));
}

function importsOf(file: string, source: string): Import[] {
  const statement = /^(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/gm;
  return [...source.matchAll(statement)].map(([, types, path, dynamic]) => {
    const target = path ?? dynamic ?? "";
    return { file, target: target.startsWith(".") ? normalize(join(dirname(file), target)) : target, typesOnly: types !== undefined };
  });
}

function isOurs(one: Import): boolean {
  return files.includes(one.target) || one.target.startsWith("..") || /\.(ts|json)$/.test(one.target);
}

/** The top folder of a file in src; a file that stands there itself goes with the folder of its name. */
function unitOf(file: string): string {
  return (file.split("/")[0] ?? file).replace(/\.ts$/, "");
}

function mayImport({ file, target, typesOnly }: Import, rows = table): boolean {
  const unit = unitOf(target);
  if (unit === unitOf(file)) return true;
  return (rows.get(unitOf(file)) ?? []).some((entry) => {
    if (entry.startsWith("everything")) return entry !== `everything but ${unit}`;
    const name = entry.replace(" (types)", "");
    return (name === unit || name === target) && (typesOnly || name === entry);
  });
}

function findCircle(): string[] | undefined {
  const edges = new Map<string, Set<string>>();
  for (const one of imports.filter(isOurs)) {
    const [from, to] = [unitOf(one.file), unitOf(one.target)];
    if (from !== to) edges.set(from, (edges.get(from) ?? new Set()).add(to));
  }
  const done = new Set<string>();
  const walk = (unit: string, path: string[]): string[] | undefined => {
    if (path.includes(unit)) return [...path.slice(path.indexOf(unit)), unit];
    if (done.has(unit)) return undefined;
    for (const next of edges.get(unit) ?? []) {
      const circle = walk(next, [...path, unit]);
      if (circle) return circle;
    }
    done.add(unit);
    return undefined;
  };
  return [...edges.keys()].map((unit) => walk(unit, [])).find((circle) => circle !== undefined);
}

function tell(one: Import): string {
  return `${one.file} imports ${one.target}`;
}
