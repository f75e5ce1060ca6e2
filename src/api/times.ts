import { z } from "zod";

/** A time as clients of OVH's API know it: `2026-11-21T09:30:00+01:00`. */
export const datetime = z.iso.datetime({ offset: true });

/** An instant (ms since 1970) in the notation of the API: whole seconds, with the offset of the zone at that time. */
export function instant(at: number, timeZone = "UTC"): string {
  const offset = timeZone === "UTC" ? 0 : offsetIn(timeZone, at);
  const minutes = Math.abs(offset) / minute;
  return `${clock(at + offset)}${offset < 0 ? "-" : "+"}${digits[Math.floor(minutes / 60)]}:${digits[minutes % 60]}`;
}

const digits = Array.from({ length: 60 }, (_, count) => String(count).padStart(2, "0"));

/** What a clock shows at an instant in UTC. The day is written once for all times in it. */
function clock(at: number): string {
  const second = Math.floor(at / 1000);
  const day = Math.floor(second / secondsOfDay);
  const rest = second - day * secondsOfDay;
  return `${dayText(day)}T${digits[Math.floor(rest / 3600)]}:${digits[Math.floor(rest / 60) % 60]}:${digits[rest % 60]}`;
}

const secondsOfDay = 86_400;

const days = new Map<number, string>();

function dayText(day: number): string {
  const text = days.get(day) ?? new Date(day * secondsOfDay * 1000).toISOString().slice(0, 10);
  if (days.size >= mostKnown) days.clear();
  days.set(day, text);
  return text;
}

const minute = 60_000;

/** Clocks are changed at quarters of an hour and not between: one look at a zone tells for all of a quarter. */
const quarter = 15 * minute;

/** So many quarters of an hour, or days, are remembered. */
const mostKnown = 10_000;

const known = new Map<string, Map<number, number>>();

/** By how much the clocks of a zone are ahead of UTC (ms). A page has many times, and asking for a zone's takes longer than reading the page. */
function offsetIn(timeZone: string, at: number): number {
  const offsets = known.get(timeZone) ?? new Map<number, number>();
  known.set(timeZone, offsets);
  const begin = Math.floor(at / quarter) * quarter;
  const offset = offsets.get(begin) ?? readOffset(timeZone, begin);
  if (offsets.size >= mostKnown) offsets.clear();
  offsets.set(begin, offset);
  return offset;
}

function readOffset(timeZone: string, at: number): number {
  const name = zoneIn(timeZone)
    .formatToParts(at)
    .find(({ type }) => type === "timeZoneName")?.value;
  const [, sign = "+", hours = "0", minutes = "0"] = /^GMT([+-])(\d+):(\d+)/.exec(name ?? "") ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * minute;
}

const zones = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes longer than using it a hundred times. */
function zoneIn(timeZone: string): Intl.DateTimeFormat {
  const format = zones.get(timeZone) ?? new Intl.DateTimeFormat("en", { timeZoneName: "longOffset", timeZone });
  zones.set(timeZone, format);
  return format;
}
