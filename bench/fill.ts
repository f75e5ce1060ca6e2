import { sql } from "kysely";
import type { AccountActor } from "../src/context.ts";
import { insertServices } from "../src/storage/queries/insert-services.ts";
import type { Store } from "../src/storage/store.ts";
import type { Queryable } from "../src/storage/tables.ts";

const servicesEach = 10;
const mostOfOne = 100_000;

/** `holder` has 2,000 services, `huge` has `hugeServices`: a hundred thousand, or half of all; each of `more` as many as were asked for; those from `crowd` on ten each. */
export type People = { holder: AccountActor; other: AccountActor; huge: AccountActor; hugeServices: number; more: AccountActor[]; crowd: number };

/** Accounts with ten services each, and some with more. `more`: how many services further accounts have, on top of `rows`. */
export async function fill(store: Store, rows: number, more: readonly number[] = []): Promise<People> {
  const named = 3 + more.length;
  await inPieces(store, Math.ceil(rows / servicesEach) + named, (db, numbers) => db.insertInto("account").values(numbers.map(accountRow)).execute());
  const found = await store.read.selectFrom("account").select(["id", "handle"]).orderBy("id").limit(named).execute();
  const [holder, other, ...others] = found.map(({ id, handle }): AccountActor => ({ kind: "account", id, handle, source: "bench" }));
  const big = others.at(-1);
  if (!holder || !other || !big) throw new Error("no accounts");
  const hugeServices = Math.min(mostOfOne, Math.floor(rows / 2));
  const ownerOf = (n: number): number => (n < hugeServices ? big.id : big.id + 1 + Math.floor(n / servicesEach));
  await inPieces(store, rows, (db, numbers) =>
    insertServices(
      db,
      numbers.map((n) => serviceRow(n, ownerOf(n))),
    ),
  );
  let next = rows;
  for (const [at, count] of [2000, ...more].entries()) {
    const [owner, first] = [at === 0 ? holder.id : (others[at - 1]?.id ?? 0), next];
    await inPieces(store, count, (db, numbers) =>
      insertServices(
        db,
        numbers.map((n) => serviceRow(first + n, owner)),
      ),
    );
    next += count;
  }
  if (store.engine === "postgres") await store.write(({ db }) => sql`analyze`.execute(db));
  return { holder, other, huge: big, hugeServices, more: others.slice(0, -1), crowd: big.id + 1 };
}

/** 500 in a transaction. */
async function inPieces(store: Store, count: number, insert: (db: Queryable, numbers: number[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < count; at += 500) {
    const numbers = Array.from({ length: Math.min(500, count - at) }, (_, i) => at + i);
    await store.write(({ db }) => insert(db, numbers));
  }
}

const accountRow = (n: number) => ({
  handle: `aa${100_000 + n}-ovh`,
  name: `Person ${n} of Example`,
  email: `person${n}@example.com`,
  email_key: `person${n}@example.com`,
  email_verified_at: 1,
  language: "en" as const,
  password_hash: null,
  status: "active" as const,
  asking_blocked_until: null,
  created_at: 1,
});

export const serviceRow = (n: number, owner: number) => ({
  product: "domain",
  name: `${(n * 7919) % 1_000_003}-service-${n}.example.net`,
  admin_id: owner,
  tech_id: owner,
  billing_id: owner,
  created_on: "2025-01-15",
  expires_on: `2097-${String((n % 12) + 1).padStart(2, "0")}-15`,
  renewal: "automatic" as const,
  owner_json: JSON.stringify({ name: "Example", organisation: "Example Ltd", address: "1 Main Street", email: "owner@example.com", phone: "+31.201234567" }),
  arrived_at: 1,
  removed_at: null,
});
