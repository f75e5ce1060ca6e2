import { lowerAscii } from "../lower-ascii.ts";
import type { Queryable } from "../tables.ts";
import { type Keys, type ListedService, type MembershipPage, membershipQuery } from "./membership-pages.ts";
import { preparePage } from "./prepare-page.ts";

/*
 * Names with the same beginning stand together in the index of names: once for each way to write it with small and capital letters. The texts
 * are of one or two signs, so there are four ways at most.
 */

/** `pageOfMemberships` in the order of names, for names that begin with one of the texts. */
export async function pageByBeginning(db: Queryable, page: MembershipPage, texts: readonly string[]): Promise<ListedService[]> {
  const rows: ListedService[] = [];
  const backwards = page.from?.direction === "before";
  for (const range of backwards ? rangesOf(texts).toReversed() : rangesOf(texts)) {
    const limit = page.limit - rows.length;
    if (limit === 0) break;
    rows.push(...(await pageWithin(db, { ...page, limit }, range)));
  }
  return rows;
}

/** The page from its place on, or from the range's own beginning (or end) where that comes later. */
function pageWithin(db: Queryable, page: MembershipPage, { from, to }: NameRange): Promise<ListedService[]> {
  if (page.from?.direction === "before") {
    const keys = isBefore(page.from.keys, to) ? page.from.keys : [to, 0];
    return pageFrom(db, { ...page, from: { keys, direction: "before" } }, { from });
  }
  const keys = !page.from || isBefore(page.from.keys, from) ? [from, 0] : page.from.keys;
  return pageUpTo(db, { ...page, from: { keys, direction: "after" } }, { to });
}

const pageFrom = preparePage((db, page, { from }: { from: string }) => membershipQuery(db, page).where("membership.name", ">=", from).compile());
const pageUpTo = preparePage((db, page, { to }: { to: string }) => membershipQuery(db, page).where("membership.name", "<", to).compile());

/** At most `limit` services whose names begin with one of the texts. */
export async function findByBeginning(db: Queryable, account: number, texts: readonly string[], limit: number): Promise<number[]> {
  const ids: number[] = [];
  for (const { from, to } of rangesOf(texts)) {
    const query = db.selectFrom("membership").select("service_id").where("account_id", "=", account).where("name", ">=", from).where("name", "<", to);
    if (ids.length < limit) ids.push(...(await query.limit(limit - ids.length).execute()).map((row) => row.service_id));
  }
  return ids;
}

/** Names from `from` on and before `to`. */
type NameRange = { from: string; to: string };

/** In the order of names, none within another. */
function rangesOf(texts: readonly string[]): NameRange[] {
  const beginnings = [...new Set(texts.flatMap(waysToWrite))];
  const widest = beginnings.filter((one) => !beginnings.some((other) => other !== one && one.startsWith(other)));
  return widest.toSorted(byBytes).map((from) => ({ from, to: behind(from) }));
}

function waysToWrite(text: string): string[] {
  const signs = [...lowerAscii(text)].map((sign) => (/[a-z]/.test(sign) ? [sign, sign.toUpperCase()] : [sign]));
  return signs.reduce<string[]>((ways, next) => ways.flatMap((way) => next.map((sign) => way + sign)), [""]);
}

/** The first text that no longer begins so. */
function behind(beginning: string): string {
  const signs = [...beginning];
  const last = signs.pop() ?? "";
  // None that can be searched for is the last of all, or stands before half of a pair: those are no signs, but \p{C}.
  return signs.join("") + String.fromCodePoint((last.codePointAt(0) ?? 0) + 1);
}

/** Whether a place in the order of names lies before a name. */
function isBefore([name]: Keys, than: string): boolean {
  return byBytes(String(name), than) < 0;
}

/** As both databases order texts. */
function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
