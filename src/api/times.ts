import { z } from "zod";

/** A time as clients of OVH's API know it: `2026-11-21T09:30:00+01:00`. */
export const datetime = z.iso.datetime({ offset: true });

/** An instant (ms since 1970) in the notation of the API: whole seconds, with the offset of the zone at that time. */
export function instant(at: number, timeZone = "UTC"): string {
  const parts = Object.fromEntries(
    partsIn(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const offset = (parts["timeZoneName"] ?? "").replace("GMT", "") || "+00:00";
  return `${parts["year"]}-${parts["month"]}-${parts["day"]}T${parts["hour"]}:${parts["minute"]}:${parts["second"]}${offset}`;
}

const known = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes longer than using it a hundred times. */
function partsIn(timeZone: string): Intl.DateTimeFormat {
  const format = known.get(timeZone) ?? new Intl.DateTimeFormat("en", { ...shape, timeZone });
  known.set(timeZone, format);
  return format;
}

const shape = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
  timeZoneName: "longOffset",
} as const;
