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
test("also on the days when clocks are changed, and where their offset is not whole hours", () => {
  const change = Date.UTC(2026, 9, 25, 1);
  assert.equal(instant(change - 1, "Europe/Amsterdam"), "2026-10-25T02:59:59+02:00");
  assert.equal(instant(change, "Europe/Amsterdam"), "2026-10-25T02:00:00+01:00");
  assert.equal(instant(Date.UTC(2026, 3, 4, 15) - 1, "Australia/Lord_Howe"), "2026-04-05T01:59:59+11:00");
  assert.equal(instant(Date.UTC(2026, 3, 4, 15), "Australia/Lord_Howe"), "2026-04-05T01:30:00+10:30");
  assert.equal(instant(Date.UTC(2026, 0, 1), "America/St_Johns"), "2025-12-31T20:30:00-03:30");
  assert.equal(instant(Date.UTC(2026, 0, 1), "Asia/Kathmandu"), "2026-01-01T05:45:00+05:45");
});
test("as Intl itself writes it, at any time of any year", () => {
  for (const timeZone of ["Europe/Lisbon", "America/Sao_Paulo", "Asia/Tehran", "Pacific/Apia", "Africa/Casablanca"]) {
    const format = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "medium", timeZone });
    for (let at = Date.UTC(1990, 0, 1); at < Date.UTC(2040, 0, 1); at += 17 * 3_600_000 + 12_345_678)
      assert.equal(instant(at, timeZone).slice(0, 19).replace("T", " "), format.format(at));
  }
});
test("and can be read by the schema of times", () => {
  assert.ok(datetime.safeParse(instant(morning, "America/New_York")).success);
});
