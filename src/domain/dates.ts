/** The calendar day (`YYYY-MM-DD`) at an instant (ms) in a time zone (IANA name). */
export function dayIn(timeZone: string, at: number): string {
  return formatter(timeZone).format(at);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** en-CA writes dates as ISO 8601 does; making a formatter is dear, so one is kept for each zone. */
function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone) ?? new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  formatters.set(timeZone, known);
  return known;
}

/** The day `count` days after (or before) a day. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

/** Whether this is a day of the calendar, written `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
