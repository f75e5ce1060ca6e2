import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { type CodeMatch, judge, newCode } from "../../src/domain/code.ts";

test("§5: a code is 32 letters and digits, all different from the last", () => {
  const codes = new Set(Array.from({ length: 1000 }, () => newCode(randomBytes)));
  assert.equal(codes.size, 1000);
  for (const code of codes) assert.match(code, /^[A-Za-z0-9]{32}$/);
});

test("§5: every letter of a code is equally likely: bytes that would favour some are skipped", () => {
  let next = 0;
  const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => next++ % 256);
  const counts = new Map<string, number>();
  for (let i = 0; i < 31; i++) for (const letter of newCode(bytes)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  assert.equal(counts.size, 62);
  assert.ok(Math.max(...counts.values()) - Math.min(...counts.values()) <= 4);
});

test("§5: an answer is judged in this order: closed, answered, locked, expired, right, older, the other's, wrong", () => {
  const faults = ["closed", "answered", "locked", "expired"] as const;
  const said = { closed: "request-closed", answered: "already-answered", locked: "code-locked", expired: "request-expired" } as const;
  const judgeWith = (some: ReadonlySet<string>, match: CodeMatch): string =>
    judge(
      { answerable: !some.has("closed"), expiresAt: some.has("expired") ? 100 : 101 },
      { answer: some.has("answered") ? "accepted" : null, wrongTries: some.has("locked") ? 10 : 9 },
      match,
      100,
    );
  const byMatch = { right: "right", older: "code-replaced", other: "code-of-other", wrong: "code-wrong" } as const;
  for (let bits = 0; bits < 16; bits++) {
    const present = new Set<string>(faults.filter((_, i) => bits & (1 << i)));
    const first = faults.find((fault) => present.has(fault));
    for (const match of ["right", "older", "other", "wrong"] as const) {
      assert.equal(judgeWith(present, match), first ? said[first] : byMatch[match]);
    }
  }
});
