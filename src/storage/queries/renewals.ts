import type { NoticeKind } from "../../domain/renewal.ts";
import type { Queryable } from "../tables.ts";
import { findSetting } from "./settings.ts";

type Notice = { kind: NoticeKind; expiresOn: string };

/** The next services with this date (`YYYY-MM-DD`) for which nobody has claimed the notice of this kind, by id, after `afterId`. */
export async function servicesToNotice(db: Queryable, { kind, expiresOn }: Notice, afterId: number, atMost: number): Promise<number[]> {
  const rows = await db
    .selectFrom("service")
    .select("id")
    .where("expires_on", "=", expiresOn)
    .where("removed_at", "is", null)
    .where("id", ">", afterId)
    .where((service) => {
      const claimed = service.selectFrom("renewal_notice").select("kind").whereRef("service_id", "=", "service.id");
      return service.not(service.exists(claimed.where("kind", "=", kind).where("renewal_notice.expires_on", "=", expiresOn)));
    })
    .orderBy("id")
    .limit(atMost)
    .execute();
  return rows.map((row) => row.id);
}

/** Claims the notice of a kind and a date for each of these services; gives those for which nobody had claimed it. */
export async function claimNotices(db: Queryable, kind: NoticeKind, expiresOn: string, serviceIds: readonly number[]): Promise<Set<number>> {
  if (serviceIds.length === 0) return new Set();
  const rows = await db
    .insertInto("renewal_notice")
    .values(serviceIds.map((id) => ({ service_id: id, kind, expires_on: expiresOn })))
    .onConflict((conflict) => conflict.doNothing())
    .returning("service_id")
    .execute();
  return new Set(rows.map((row) => row.service_id));
}

const doneKey = "renewal-notices-done";

/** The day (`YYYY-MM-DD`) up to which all notices are written; undefined before the first. */
export async function noticesDoneUpTo(db: Queryable): Promise<string | undefined> {
  return findSetting(db, doneKey);
}

/** Keeps that day; it never goes back. */
export async function markNoticesDone(db: Queryable, day: string): Promise<void> {
  await db
    .insertInto("setting")
    .values({ key: doneKey, value: day })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: day }).where("setting.value", "<", day))
    .execute();
}
