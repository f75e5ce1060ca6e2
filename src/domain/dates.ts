/** The calendar day (`YYYY-MM-DD`) at an instant (ms) in a time zone (IANA name). */
export function dayIn(timeZone: string, at: number): string {
  const second = Math.floor(at / 1000);
  if (last.timeZone !== timeZone || last.second !== second) last = { timeZone, second, day: formatter(timeZone).format(at) };
  return last.day;
}

/** Every page asks for today, and a formatter takes as long as reading a few rows: within a second no day ends. */
let last = { timeZone: "", second: Number.NaN, day: "" };

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
  const [, year, month, day] = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text) ?? [];
  return day !== undefined && Number(day) >= 1 && Number(day) <= daysOf(Number(year), Number(month));
}

/** How many days a month has; 0: there is no such month. */
function daysOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : ([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0);
}
