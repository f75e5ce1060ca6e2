import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Store } from "../../src/storage/store.ts";
import { ApiClient } from "./api-client.ts";
import type { Fleet } from "./fleet.ts";
import { benchSecrets, type Player, type StageService } from "./furnish.ts";
import { isAcknowledged, type Ledger } from "./ledger.ts";
import { type LoadOptions, Stage } from "./stage.ts";

type Trying = Pick<LoadOptions, "sink" | "random" | "cast"> & { fleet: Fleet; store: Store; deciding: () => number };

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** How far (ms) a node's idea of the time may be from the clock that decides, on a machine that has other things to do. */
const near = 2 * second;

/** Tries what must be done in time, on nodes whose clocks are wrong: an answer before and after its time, a second letter too soon, signed calls, sessions. */
export class ClockTrials {
  readonly faults: string[] = [];
  count = 0;
  /** Answers with the right code that were taken, and those that came too late. */
  inTime = 0;
  tooLate = 0;
  readonly #at: Trying;
  readonly #stages: Stage[];

  private constructor(at: Trying, stages: Stage[]) {
    this.#at = at;
    this.#stages = stages;
  }

  /** One for each node: each call goes to the node that is meant. */
  static async begin(at: Trying): Promise<ClockTrials> {
    const stages: Stage[] = [];
    for (let node = 0; node < at.fleet.nodes; node++) {
      // Their keys begin with the millisecond.
      await sleep(3);
      stages.push(new Stage({ url: at.fleet.nodeUrl(node), cast: at.cast, sink: at.sink, random: at.random, lanes: 1, clock: at.deciding }));
    }
    return new ClockTrials(at, stages);
  }

  ledgers(): Ledger[] {
    return this.#stages.map((stage) => stage.ledger);
  }

  async next(): Promise<void> {
    this.count++;
    await this.#answersInTime();
    if (this.count % 2 === 1) await this.#signaturesInTime();
    else await this.#sessionsInTime();
  }

  #any<T>(some: readonly T[]): T {
    return some[Math.floor(this.#at.random() * some.length)] as T;
  }

  /** An open request, whose end is moved close to now: its code counts until then, and not after. */
  async #answersInTime(): Promise<void> {
    const service = this.#any(this.#at.cast.services);
    const { asker, newcomer } = await this.#people(service);
    const asked = await this.#any(this.#stages).write(
      asker,
      `/${service.product}/${service.name}/changeContact`,
      { contactTech: newcomer.handle },
      { kind: "asked", service: service.id, contacts: { tech: newcomer.id } },
    );
    if (!isAcknowledged(asked)) return void this.faults.push(`nobody could ask: ${JSON.stringify(asked.answer)}`);
    const [id = 0] = (asked.answer?.body ?? []) as number[];
    await this.#codes(id, [newcomer, asker]);
    if (this.#at.random() < 0.3) await this.#resendsInTime(id, newcomer);
    const codes = await this.#codes(id, [newcomer, asker]);
    const end = (await this.#now()) + this.#any([-hour, -second, -5, 5, 100, 300, hour]);
    await this.#at.store.write((tx) =>
      tx.db
        .updateTable("change_request")
        .set({ expires_at: Math.round(end) })
        .where("id", "=", id)
        .execute(),
    );
    for (const [player, code] of codes) await this.#answer(id, player, code, Math.round(end));
    await this.#close(id, asker);
  }

  async #people(service: StageService): Promise<{ asker: Player; newcomer: Player }> {
    const row = await this.#at.store.read.selectFrom("service").select(["admin_id", "tech_id"]).where("id", "=", service.id).executeTakeFirstOrThrow();
    const asker = this.#at.cast.accounts.find(({ id }) => id === row.admin_id);
    if (!asker) throw new Error(`${service.name} has no admin of the cast`);
    return { asker, newcomer: this.#any(this.#at.cast.accounts.filter(({ id }) => id !== row.tech_id && id !== row.admin_id)) };
  }

  async #answer(id: number, player: Player, code: string, end: number): Promise<void> {
    const before = await this.#now();
    const entry = await this.#any(this.#stages).write(
      player,
      `/me/task/contactChange/${id}/accept`,
      { token: code },
      { kind: "accepted", request: id, code: "right" },
    );
    const after = await this.#now();
    const late = refusalOf(entry.answer?.body) === "request-expired";
    this.inTime += isAcknowledged(entry) ? 1 : 0;
    this.tooLate += late ? 1 : 0;
    if (isAcknowledged(entry) && before >= end + 1) this.faults.push(`request ${id}: a code was accepted ${Math.round(before - end)} ms after its time`);
    if (late && after < end) this.faults.push(`request ${id}: a code was refused ${Math.round(end - after)} ms before its time was over`);
  }

  /** Waited for before a newer one is asked for or the request's end is moved: both drop letters that have not left yet. */
  async #codes(id: number, players: readonly Player[]): Promise<Map<Player, string>> {
    const codes = new Map<Player, string>();
    for (const player of players) codes.set(player, await this.#code(id, player));
    return codes;
  }

  /** The newest code, which the load's letters may delay. */
  async #code(id: number, player: Player): Promise<string> {
    for (const until = performance.now() + minute; performance.now() < until; await sleep(10)) {
      const serial = await this.#serial(id, player);
      const codes = this.#stages[0]?.postbag.codes(player.email, id) ?? [];
      if (codes.length >= serial) return codes.at(-1) ?? "";
    }
    this.faults.push(`request ${id}: the code did not come to ${player.email} within a minute`);
    return "";
  }

  async #serial(id: number, player: Player): Promise<number> {
    const approval = this.#at.store.read.selectFrom("approval").select("serial").where("request_id", "=", id).where("account_id", "=", player.id);
    return (await approval.executeTakeFirst())?.serial ?? 1;
  }

  /** At most one letter a minute, by the clock that decides, whichever node is asked. */
  async #resendsInTime(id: number, player: Player): Promise<void> {
    const resend = (): ReturnType<Stage["write"]> =>
      this.#any(this.#stages).write(player, `/me/task/contactChange/${id}/resendEmail`, {}, { kind: "resent", request: id, to: player.id });
    const lastSent = await this.#sentAt(id, player);
    if (isAcknowledged(await resend()) && (await this.#now()) < lastSent + minute)
      this.faults.push(`request ${id}: a code was sent again before a minute was over`);
    const longAgo = Math.floor((await this.#now()) - minute - 1);
    await this.#at.store.write((tx) =>
      tx.db.updateTable("approval").set({ sent_at: longAgo }).where("request_id", "=", id).where("account_id", "=", player.id).execute(),
    );
    const again = await resend();
    if (!isAcknowledged(again)) this.faults.push(`request ${id}: no code was sent again after a minute: ${JSON.stringify(again.answer)}`);
  }

  async #sentAt(id: number, player: Player): Promise<number> {
    const approval = this.#at.store.read.selectFrom("approval").select("sent_at").where("request_id", "=", id).where("account_id", "=", player.id);
    return (await approval.executeTakeFirstOrThrow()).sent_at;
  }

  /** What is still open would stand in the next trial's way. One that has expired stays so. */
  async #close(id: number, asker: Player): Promise<void> {
    const state = await this.#state(id);
    if (state === "validatingByCustomers")
      await this.#any(this.#stages).write(asker, `/me/task/contactChange/${id}/cancel`, undefined, { kind: "cancelled", request: id });
    const ended = await this.#state(id);
    if (ended !== "validatingByCustomers") this.#stages[0]?.ledger.saw(id, ended);
    else await this.#expireByHand(id, asker);
  }

  /** Its time was over when it was to be cancelled: whoever answers now ends it. */
  async #expireByHand(id: number, asker: Player): Promise<void> {
    await this.#any(this.#stages).write(
      asker,
      `/me/task/contactChange/${id}/accept`,
      { token: "A".repeat(32) },
      { kind: "accepted", request: id, code: "wrong" },
    );
  }

  async #state(id: number) {
    const { state } = await this.#at.store.read.selectFrom("change_request").select("state").where("id", "=", id).executeTakeFirstOrThrow();
    return state;
  }

  /** Every node tells the same time, and takes calls that are signed by it; calls of another time it refuses. */
  async #signaturesInTime(): Promise<void> {
    const player = this.#any(this.#at.cast.accounts);
    for (let node = 0; node < this.#at.fleet.nodes; node++) {
      const url = this.#at.fleet.nodeUrl(node);
      const told = Number(await (await fetch(`${url}/1.0/auth/time`)).text()) * second;
      const wrong = told - (await this.#now());
      if (Math.abs(wrong) > near) this.faults.push(`node ${node} told a time that is ${Math.round(wrong / second)} s off`);
      for (const [offset, status] of [
        [0, 200],
        [-170 * second, 200],
        [170 * second, 200],
        [-190 * second, 400],
        [190 * second, 400],
        [-10 * minute, 400],
      ] as const) {
        const at = (await this.#now()) + offset;
        const answer = await new ApiClient(url, { clock: () => at }).call(player, { method: "GET", path: "/me" });
        if (answer.status !== status) this.faults.push(`node ${node} answered ${answer.status} to a call signed ${offset / second} s beside its time`);
      }
    }
  }

  /** A session lives as long as the clock that decides says, on every node. */
  async #sessionsInTime(): Promise<void> {
    const player = this.#any(this.#at.cast.accounts);
    for (const life of [-near, 10 * minute]) {
      const value = randomBytes(24).toString("base64url");
      const now = Math.floor(await this.#now());
      const row = {
        id_hash: benchSecrets.hash("session", value),
        account_id: player.id,
        created_at: now - minute,
        last_seen_at: now - minute,
        expires_at: now + life,
      };
      await this.#at.store.write((tx) => tx.db.insertInto("session").values(row).execute());
      for (let node = 0; node < this.#at.fleet.nodes; node++) {
        const page = await fetch(`${this.#at.fleet.nodeUrl(node)}/useraccount/contacts`, {
          headers: { Cookie: `__Host-session=${value}` },
          redirect: "manual",
        });
        await page.arrayBuffer();
        if (page.status !== (life > 0 ? 200 : 303)) this.faults.push(`node ${node} answered ${page.status} to a session that ends in ${life / second} s`);
      }
    }
  }

  async #now(): Promise<number> {
    const { store, deciding } = this.#at;
    if (store.engine === "sqlite") return deciding();
    const { rows } = await sql<{ now: number }>`select extract(epoch from clock_timestamp())::float8 * 1000 as now`.execute(store.read);
    return rows[0]?.now ?? 0;
  }
}

function refusalOf(body: unknown): string | undefined {
  return (body as { details?: { code?: string } } | undefined)?.details?.code;
}
