import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import packageJson from "../package.json" with { type: "json" };
import { variables } from "../src/config.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const pages = globSync(["*.md", "docs/**/*.md"], { cwd: root }).toSorted();

describe("the documents", () => {
  test("link only to what is there", () => {
    assert.ok(pages.length >= 8, `only ${pages.length} pages`);
    const links = pages.flatMap((page) => [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => ({ page, target })));
    const local = links.filter(({ target }) => !/^(https?:|#)/.test(target));
    const dead = local.filter(({ page, target }) => !existsSync(join(root, dirname(page), target.replace(/#.*/, ""))));
    assert.deepEqual(dead, []);
  });

  test("explain every setting, and none that does not exist", () => {
    const explained = new Set(read("docs/operations.md").match(/\bHANDOVER_[A-Z_]*[A-Z]\b/g));
    assert.deepEqual([...explained].toSorted(), [...variables].toSorted());
  });

  test("quote lines of the log as they are written", () => {
    const source = globSync("src/**/*.ts", { cwd: root }).map(read).join("");
    const quoted = pages.flatMap((page) => [...read(page).matchAll(/\b(?:error|warning|log) line "([^"]+)"/g)].map(([, line = ""]) => line));
    assert.ok(quoted.length >= 1);
    assert.deepEqual(
      quoted.filter((line) => !source.includes(`"${line}"`)),
      [],
    );
  });

  test("say of every package what it is for", () => {
    const page = read("docs/dependencies.md");
    const packages = Object.keys({ ...packageJson.dependencies, ...packageJson.devDependencies, ...packageJson.optionalDependencies });
    const unexplained = packages.filter((name) => !name.startsWith("@types/") && !page.includes(`\`${name}\``));
    assert.deepEqual(unexplained, []);
  });

  test("have the present version in the changelog", () => {
    assert.ok(read("CHANGELOG.md").includes(`## ${packageJson.version}`));
  });
});
