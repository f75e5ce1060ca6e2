import type { RefusalDetail } from "../domain/refusal.ts";
import { shownName } from "../domain/service-name.ts";
import type { Translator } from "./catalogue.ts";
import { formatDateTime } from "./format.ts";

type FieldsOf<Detail> = Detail extends unknown ? Exclude<keyof Detail, "code"> : never;
type Field = FieldsOf<RefusalDetail>;
type Reader = { translator: Translator; timeZone: string };

/** What a refusal says to a person: why, and what to do. Plain text: whoever writes HTML escapes it. */
export function refusalText(translator: Translator, detail: RefusalDetail, timeZone: string): string {
  const fields = Object.entries(detail).filter(([field]) => field !== "code") as [Field, string | number][];
  const reader = { translator, timeZone };
  return translator.t(`refusals:${keyOf(detail)}`, Object.fromEntries(fields.flatMap(([field, value]) => Object.entries(shown[field](value, reader)))));
}

function keyOf(detail: RefusalDetail): string {
  if (detail.code === "already-answered") return `already-answered.${detail.answer}`;
  // The last wrong try is also the one that locks.
  if (detail.code === "code-wrong" && detail.triesLeft === 0) return "code-locked";
  return detail.code;
}

type Shown = (value: string | number, reader: Reader) => Record<string, string | number>;

const plain =
  (name: string): Shown =>
  (value) => ({ [name]: value });

/** "Try again after 14:32" must hold for whoever tries at 14:32. */
const instant: Shown = (value, { translator, timeZone }) => ({
  time: formatDateTime(translator.language, Math.ceil(Number(value) / 60_000) * 60_000, timeZone),
});

/** How the texts name and show each field of a refusal. */
const shown: Readonly<Record<Field, Shown>> = {
  retryAt: instant,
  until: instant,
  expiredAt: instant,
  handle: plain("handle"),
  adminHandle: plain("handle"),
  id: plain("id"),
  product: plain("product"),
  count: plain("count"),
  triesLeft: plain("count"),
  service: (value) => ({ service: shownName(String(value)) }),
  role: (value, { translator }) => ({ role: translator.t(`terms:role.full.${value}`) }),
  state: (value, { translator }) => ({ state: translator.t(`terms:request.state.${value}`) }),
  answer: () => ({}),
};
