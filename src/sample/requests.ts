import { acceptChange } from "../actions/changes/accept-change.ts";
import { cancelChange } from "../actions/changes/cancel-change.ts";
import { expireChanges } from "../actions/changes/expire-changes.ts";
import { refuseChange } from "../actions/changes/refuse-change.ts";
import { requestChange } from "../actions/changes/request-change.ts";
import type { AccountActor, Context } from "../context.ts";
import type { Role } from "../domain/role.ts";
import { openSecrets } from "../outbox/enqueue.ts";
import { findAccountByHandle } from "../storage/queries/accounts.ts";
import { findServiceByName } from "../storage/queries/services.ts";
import { type Player, players } from "./cast.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

/** Requests in every state in which one can rest, made by the actions themselves while the clock stands in the past. */
export async function playRequests(context: Context, moveTo: (at: number) => void): Promise<void> {
  const play = new Play(context, moveTo);
  const taken = await play.ask(60, "alice", "ip/service", "203.0.113.0/28", { tech: "bob" });
  await play.accept(taken, "bob");
  await play.accept(taken, "alice");

  await play.ask(51, "alice", "email/pro", "example.net", { tech: "dave" });
  play.at(44);
  await expireChanges(context);

  const error = await play.ask(40, "dave", "dbaas/logs", "ldp-example-1", { tech: "alice" });
  const away = await play.ask(39, "dave", "dbaas/logs", "ldp-example-1", { admin: "carol" });
  await play.accept(error, "alice");
  await play.accept(away, "dave");
  await play.accept(away, "carol");

  await play.refuse(await play.ask(24, "alice", "hosting/web", "example.org", { billing: "dave" }), "dave");
  await play.cancel(await play.ask(12, "alice", "vps", "vps-4f21.example.com", { tech: "dave", billing: "dave" }), "alice");

  const own = await play.ask(9, "bob", "hosting/privateDatabase", "orders-db", { tech: "alice" });
  await play.accept(own, "bob");
  await play.accept(own, "alice");

  await play.accept(await play.ask(3, "dave", "domain", "example.com", { admin: "alice" }), "dave");
  await play.accept(await play.ask(0.09, "alice", "dedicated/server", "web-01.example.com", { tech: "dave" }), "dave");
  await play.ask(0.04, "alice", "domain/zone", "example.net", { tech: "dave" });
}

class Play {
  readonly #context: Context;
  readonly #moveTo: (at: number) => void;
  readonly #today = Date.now();

  constructor(context: Context, moveTo: (at: number) => void) {
    this.#context = context;
    this.#moveTo = moveTo;
  }

  /** So many days ago. */
  at(daysAgo: number): void {
    this.#moveTo(this.#today - daysAgo * day);
  }

  async ask(daysAgo: number, asker: Player, product: string, name: string, contacts: Partial<Record<Role, Player>>): Promise<number[]> {
    this.at(daysAgo);
    const service = await findServiceByName(this.#context.store.read, product, name);
    if (!service) throw new Error(`the sample has no ${product} ${name}`);
    const handles = Object.fromEntries(Object.entries(contacts).map(([role, player]) => [role, players[player].handle]));
    const { ids } = await requestChange(this.#context, await this.#actor(asker), { serviceId: service.id, contacts: handles });
    return ids;
  }

  async accept(ids: readonly number[], player: Player): Promise<void> {
    for (const id of ids) await acceptChange(this.#context, await this.#later(player), { id, code: await this.#code(id, player) });
  }

  async refuse(ids: readonly number[], player: Player): Promise<void> {
    for (const id of ids) await refuseChange(this.#context, await this.#later(player), { id, code: await this.#code(id, player) });
  }

  async cancel(ids: readonly number[], player: Player): Promise<void> {
    for (const id of ids) await cancelChange(this.#context, await this.#later(player), { id });
  }

  /** Nobody answers at once. */
  #later(player: Player): Promise<AccountActor> {
    this.#moveTo(this.#context.clock() + 17 * minute);
    return this.#actor(player);
  }

  async #actor(player: Player): Promise<AccountActor> {
    const account = await findAccountByHandle(this.#context.store.read, players[player].handle);
    if (!account) throw new Error(`the sample has no ${player}`);
    return { kind: "account", id: account.id, handle: account.handle, source: "127.0.0.1" };
  }

  /** The code from the letter, as its reader would take it. */
  async #code(id: number, player: Player): Promise<string> {
    const { id: account } = await this.#actor(player);
    const letters = this.#context.store.read.selectFrom("outbox").select(["id", "sealed"]);
    const letter = await letters.where("account_id", "=", account).where("request_id", "=", id).where("sealed", "is not", null).executeTakeFirstOrThrow();
    return openSecrets(this.#context, letter)?.[0] ?? "";
  }
}
