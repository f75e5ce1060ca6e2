import { setImmediate } from "node:timers/promises";
import type { Context } from "../../context.ts";
import { addDays, dayIn } from "../../domain/dates.ts";
import { dateNoticedOn, morningOf, type NoticeKind, noticeAt, noticeKinds } from "../../domain/renewal.ts";
import type { Letter } from "../../mail/letters.ts";
import { enqueueLetter } from "../../outbox/enqueue.ts";
import { type AccountRow, findAccounts } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { claimNotices, markNoticesDone, noticesDoneUpTo, servicesToNotice } from "../../storage/queries/renewals.ts";
import { lockServices, type ServiceRow } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";
import { personOf } from "../accounts/person-of.ts";
import { signatureOf } from "../actor.ts";
import { eachAlone } from "../each-alone.ts";

const batch = 50;

/** So far back a day without a round is made up for: the month before a date, and the day after it. */
const daysMadeUpFor = 31;

/** Writes the letters of every morning since the last round (§10 of SPEC.md). Each is written once, however often and wherever this runs. */
export async function sendRenewalNotices(context: Context): Promise<void> {
  const now = context.clock();
  const { timeZone } = context.settings;
  const today = dayIn(timeZone, now);
  const last = morningOf(today, timeZone) <= now ? today : addDays(today, -1);
  const done = (await noticesDoneUpTo(context.store.read)) ?? "";
  const earliest = addDays(last, -daysMadeUpFor);
  let whole = true;
  for (let day = done < earliest ? earliest : addDays(done, 1); day <= last; day = addDays(day, 1)) {
    for (const kind of noticeKinds) whole = (await sendNotices(context, { now, kind, expiresOn: dateNoticedOn(day, kind) })) && whole;
    // The next round begins with the first day on which one failed.
    if (whole) await context.store.write((tx) => markNoticesDone(tx.db, day));
  }
}

/** The notice of a kind for all services of a date; `now` (ms): of the round, so that clocks that differ leave nothing out. */
type Notice = { now: number; kind: NoticeKind; expiresOn: string };

/** False: one failed at least. */
async function sendNotices(context: Context, notice: Notice): Promise<boolean> {
  let whole = true;
  let afterId = 0;
  for (;;) {
    const ids = await servicesToNotice(context.store.read, notice, afterId, batch);
    const last = ids.at(-1);
    if (last === undefined) return whole;
    whole = (await sendAll(context, notice, ids)) && whole;
    afterId = last;
    await setImmediate();
  }
}

/** In one transaction; where that fails, each in one of its own, so that only what makes it fail is left out. */
async function sendAll(context: Context, notice: Notice, ids: readonly number[]): Promise<boolean> {
  try {
    await context.store.write((tx) => sendBatch(context, tx, notice, ids));
    return true;
  } catch {
    const { failed } = await eachAlone(context, "sendRenewalNotices", ids, async (tx, id) => {
      await sendBatch(context, tx, notice, [id]);
      return true;
    });
    return failed === 0;
  }
}

/** Of several moments that have passed only the latest counts: nobody gets two letters about one date at once. */
async function sendBatch(context: Context, tx: Transaction, { now, kind, expiresOn }: Notice, ids: readonly number[]): Promise<void> {
  // Those that were given another date meanwhile have another morning.
  const services = [...(await lockServices(tx, ids)).values()].filter((service) => service.expires_on === expiresOn);
  const due = services.filter((service) => noticeAt(now, { expiresOn, arrivedAt: service.arrived_at }, context.settings.timeZone) === kind);
  const claimed = await claimNotices(
    tx.db,
    kind,
    expiresOn,
    due.map((service) => service.id),
  );
  const told = due.filter((service) => claimed.has(service.id));
  const accounts = await findAccounts(
    tx.db,
    told.map((service) => service.billing_id),
  );
  for (const service of told) await tellBilling(context, tx, kind, service, accounts.get(service.billing_id));
}

async function tellBilling(context: Context, tx: Transaction, kind: NoticeKind, service: ServiceRow, account: AccountRow | undefined): Promise<void> {
  if (!account) throw new Error(`account ${service.billing_id} is missing`);
  await enqueueLetter(context, tx, { ...letterOf(kind, service, account), to: account });
  const details = { kind, expiresOn: service.expires_on };
  const at = await tx.now();
  await recordAudit(tx.db, { ...signatureOf({ kind: "system" }), at, deed: "service.renewal-noticed", serviceId: service.id, accountId: account.id, details });
}

function letterOf(kind: NoticeKind, service: ServiceRow, account: AccountRow): Letter {
  const person = personOf(account);
  const facts = { person, service: service.name, product: service.product, expiresOn: service.expires_on ?? "", renewal: service.renewal };
  return kind === "expired" ? { letter: "service-expired", facts } : { letter: "renewal-due", facts: { ...facts, in: kind } };
}
