import { addDays } from "./dates.ts";

/** The letters before and after the date of a service, in the order in which their moments come (§3 and §10 of SPEC.md). */
export const noticeKinds = ["month", "week", "expired"] as const;

export type NoticeKind = (typeof noticeKinds)[number];

/** Days from the date of the service to the day of the notice; a service is expired from the day after its date. */
const daysAfter: Readonly<Record<NoticeKind, number>> = { month: -30, week: -7, expired: 1 };

const hour = 9;

/** The date that a service has whose notice of this kind falls on `day`. */
export function dateNoticedOn(day: string, kind: NoticeKind): string {
  return addDays(day, -daysAfter[kind]);
}

/** The instant (ms) of a notice: 09:00 in the time zone, 30 or 7 days before the date or on the day after it. */
export function momentOf(kind: NoticeKind, expiresOn: string, timeZone: string): number {
  return morningOf(addDays(expiresOn, daysAfter[kind]), timeZone);
}

/**
 * The notice that applies at `now` (ms): the latest whose moment has come, so that somebody who was past several at once gets
 * one letter. None where that moment lies before the service's arrival here.
 */
export function noticeAt(now: number, service: { expiresOn: string; arrivedAt: number }, timeZone: string): NoticeKind | undefined {
  const kind = noticeKinds.findLast((one) => momentOf(one, service.expiresOn, timeZone) <= now);
  return kind && momentOf(kind, service.expiresOn, timeZone) >= service.arrivedAt ? kind : undefined;
}

/** 09:00 (ms) of a day in a time zone, summer time or not. */
export function morningOf(day: string, timeZone: string): number {
  const asUtc = Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000;
  const guess = asUtc - offsetAt(asUtc, timeZone);
  // The clock may have been changed between the guess and the morning: the second look is exact.
  return asUtc - offsetAt(guess, timeZone);
}

/** How far (ms) the clocks of a time zone are ahead of UTC at an instant. */
function offsetAt(at: number, timeZone: string): number {
  const parts = Object.fromEntries(
    clock(timeZone)
      .formatToParts(at)
      .map((part) => [part.type, Number(part.value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter is dear, so one is kept for each zone. */
function clock(timeZone: string): Intl.DateTimeFormat {
  const numeric = "numeric";
  const known =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat("en", { timeZone, hourCycle: "h23", year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric });
  clocks.set(timeZone, known);
  return known;
}
