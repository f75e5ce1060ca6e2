import assert from "node:assert/strict";
import { test } from "node:test";
import { datetime, instant } from "../../src/api/times.ts";

const morning = Date.UTC(2026, 10, 21, 9, 30, 0, 999);

test("an instant is written in whole seconds with the offset of its zone", () => {
  assert.equal(instant(morning), "2026-11-21T09:30:00+00:00");
  assert.equal(instant(morning, "Europe/Amsterdam"), "2026-11-21T10:30:00+01:00");
  assert.equal(instant(morning, "Asia/Kolkata"), "2026-11-21T15:00:00+05:30");
  assert.equal(instant(Date.UTC(2026, 6, 1, 23, 0), "Europe/Amsterdam"), "2026-07-02T01:00:00+02:00");
});
test("and can be read by the schema of times", () => {
  assert.ok(datetime.safeParse(instant(morning, "America/New_York")).success);
});
