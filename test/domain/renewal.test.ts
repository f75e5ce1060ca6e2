import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { dateNoticedOn, momentOf, morningOf, noticeAt, noticeKinds } from "../../src/domain/renewal.ts";

const at = (text: string): number => Date.parse(text);
const now = (text: string) => noticeAt(at(text), { expiresOn: "2026-03-15", arrivedAt: 0 }, "UTC");
const arrived = (text: string) => noticeAt(at("2026-03-01T12:00Z"), { expiresOn: "2026-03-15", arrivedAt: at(text) }, "UTC");
const zone = "Europe/Amsterdam";

describe("§10: renewal notices", () => {
  test("come at 09:00 in the time zone, 30 and 7 days before, and on the day after", () => {
    assert.equal(momentOf("month", "2026-03-15", zone), at("2026-02-13T09:00+01:00"));
    assert.equal(momentOf("week", "2026-03-15", zone), at("2026-03-08T09:00+01:00"));
    assert.equal(momentOf("expired", "2026-03-15", zone), at("2026-03-16T09:00+01:00"));
  });
  test("come at 09:00 on the clock also on the day on which it is changed", () => {
    assert.equal(morningOf("2026-03-28", zone), at("2026-03-28T09:00+01:00"));
    assert.equal(morningOf("2026-03-29", zone), at("2026-03-29T09:00+02:00"));
    assert.equal(morningOf("2026-10-25", zone), at("2026-10-25T09:00+01:00"));
    assert.equal(morningOf("2026-07-01", "Asia/Kolkata"), at("2026-07-01T09:00+05:30"));
    assert.equal(morningOf("2026-07-01", "Pacific/Kiritimati"), at("2026-07-01T09:00+14:00"));
    assert.equal(morningOf("2026-03-08", "America/New_York"), at("2026-03-08T09:00-04:00"));
  });
  test("only the latest of those whose moment has come applies", () => {
    assert.equal(now("2026-02-13T08:59:59Z"), undefined);
    assert.equal(now("2026-02-13T09:00:00Z"), "month");
    assert.equal(now("2026-03-08T08:59:59Z"), "month");
    assert.equal(now("2026-03-08T09:00:00Z"), "week");
    assert.equal(now("2026-03-16T09:00:00Z"), "expired");
  });
  test("none applies whose moment lies before the service's arrival here", () => {
    assert.equal(arrived("2026-02-13T09:00Z"), "month");
    assert.equal(arrived("2026-02-13T09:01Z"), undefined);
  });
  test("the date noticed on a day is the one whose notice falls on that day", () => {
    for (const kind of noticeKinds) assert.equal(momentOf(kind, dateNoticedOn("2026-02-28", kind), zone), morningOf("2026-02-28", zone));
  });
});
