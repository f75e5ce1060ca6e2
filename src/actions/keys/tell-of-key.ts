import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { enqueueLetter } from "../../outbox/enqueue.ts";
import type { AccountRow } from "../../storage/queries/accounts.ts";
import { countLivingCredentials } from "../../storage/queries/api-keys.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import type { Transaction } from "../../storage/store.ts";
import { personOf } from "../accounts/person-of.ts";
import { signatureOf } from "../actor.ts";
import { mostCredentials } from "./key-limits.ts";

/** Refuses one key more than an account can have, and every key after a password reset by mail: it would outlast the block (§10 of SPEC.md). */
export async function checkRoomForKey(tx: Transaction, account: AccountRow): Promise<void> {
  const now = await tx.now();
  const until = account.asking_blocked_until;
  if (until !== null && until > now) refuse({ code: "asker-blocked-after-reset", until });
  const living = await countLivingCredentials(tx.db, account.id, now);
  if (living >= mostCredentials) refuse({ code: "too-many-keys", count: mostCredentials });
}

type NewKey = { credentialId: number; application: string; expiresAt: number | null };

/** A key can be used from now on: the log says so, and the account hears of it, in case somebody else has made it. */
export async function tellOfKey(context: Context, tx: Transaction, actor: AccountActor, account: AccountRow, key: NewKey): Promise<void> {
  const { application, expiresAt } = key;
  await recordAudit(tx.db, { ...signatureOf(actor), at: await tx.now(), deed: "key.created", accountId: account.id, details: key });
  await enqueueLetter(context, tx, { letter: "key-created", facts: { person: personOf(account), application, expiresAt }, to: account });
}
