import { setTimeout as sleep } from "node:timers/promises";
import type { State } from "../../src/domain/change-request.ts";
import { type Role, roles } from "../../src/domain/role.ts";
import type { Player, StageService } from "./furnish.ts";
import { type CodeKind, type Entry, isAcknowledged } from "./ledger.ts";
import type { Stage } from "./stage.ts";

const fields = { admin: "contactAdmin", tech: "contactTech", billing: "contactBilling" } as const satisfies Record<Role, string>;

type Holders = Record<Role, Player>;
/** An open request as its parties see it. */
type Play = { id: number; asker: Player; approvers: Player[] };
type Task = { askingAccount: string; toAccount: string; state: State; approvals: { account: string; answer: string | null }[] };

/** ms for which a lane waits for a letter before it turns to something else: after a crash a letter can take until another worker takes it over. */
const patience = 400;

/** Works on some services, one step after the other. Most lanes have theirs for themselves; the last of them go where others are. */
export class Lane {
  readonly #stage: Stage;
  readonly #services: readonly StageService[];
  /** Who saw a thing last time: mostly he still does. */
  readonly #witnesses = new Map<string, Player>();

  constructor(stage: Stage, number: number, lanes: number) {
    this.#stage = stage;
    const all = stage.cast.services;
    const own = all.filter((_, n) => n % lanes === number);
    this.#services = number >= lanes * 0.8 || own.length === 0 ? all : own;
  }

  async run(): Promise<void> {
    while (!this.#stage.stopping) {
      const service = this.#oneOf(this.#services);
      const holders = await this.#holders(service);
      const requests = holders ? await this.#ask(service, holders) : [];
      for (const id of requests) if (!this.#stage.stopping) await this.#play(id);
      await sleep(2);
    }
  }

  #chance(share: number): boolean {
    return this.#stage.random() < share;
  }

  #oneOf<T>(some: readonly T[]): T {
    return some[Math.floor(this.#stage.random() * some.length)] as T;
  }

  /** Who holds the roles: any contact may look. */
  async #holders(service: StageService): Promise<Holders | undefined> {
    const infos = (await this.#see(`/${service.product}/${service.name}/serviceInfos`)) as Record<string, string> | undefined;
    if (!infos) return undefined;
    return { admin: this.#player(infos["contactAdmin"]), tech: this.#player(infos["contactTech"]), billing: this.#player(infos["contactBilling"]) };
  }

  /** What those see whom it concerns; undefined: nobody. */
  async #see(path: string): Promise<unknown> {
    const witness = this.#witnesses.get(path);
    for (const player of witness ? [witness, ...this.#stage.cast.accounts] : this.#stage.cast.accounts) {
      const answer = await this.#stage.read(player, path);
      if (answer?.status !== 200) continue;
      this.#witnesses.set(path, player);
      return answer.body;
    }
    return undefined;
  }

  #player(handle: string | undefined): Player {
    const found = this.#stage.cast.accounts.find((player) => player.handle === handle);
    if (!found) throw new Error(`${handle} is none of the cast`);
    return found;
  }

  /** Asks for other contacts; gives the requests, or the one that stands in the way. */
  async #ask(service: StageService, holders: Holders): Promise<number[]> {
    const { asker, wanted } = this.#wish(holders);
    const body = Object.fromEntries(wanted.map(([role, player]) => [fields[role], player.handle]));
    const contacts = Object.fromEntries(wanted.map(([role, player]) => [role, player.id]));
    const path = `/${service.product}/${service.name}/changeContact`;
    const entry = await this.#stage.write(asker, path, body, { kind: "asked", service: service.id, contacts });
    if (isAcknowledged(entry)) {
      const ids = entry.answer?.body as number[];
      for (const id of ids) this.#witnesses.set(taskPath(id), asker);
      return ids;
    }
    const refusal = entry.answer?.body as { details?: { code?: string; id?: string } } | undefined;
    return refusal?.details?.code === "role-held-by-open-request" ? [Number(refusal.details.id)] : [];
  }

  /** Mostly the admin gives a role away; sometimes he takes one himself, or somebody gives his own place away. */
  #wish(holders: Holders): { asker: Player; wanted: [Role, Player][] } {
    const role: Role = this.#chance(0.2) ? "admin" : this.#oneOf(["tech", "billing"] as const);
    const asker = this.#chance(0.75) ? holders.admin : holders[role];
    const takesOver = asker === holders.admin && holders[role] !== asker && this.#chance(0.15);
    const wanted: [Role, Player][] = [[role, takesOver ? asker : this.#other(holders[role])]];
    const second = this.#oneOf(roles);
    if (asker === holders.admin && second !== role && this.#chance(0.12)) wanted.push([second, this.#other(holders[second])]);
    return { asker, wanted };
  }

  #other(than: Player): Player {
    return this.#oneOf(this.#stage.cast.accounts.filter((player) => player !== than));
  }

  async #play(id: number): Promise<void> {
    const play = await this.#look(id);
    if (!play) return;
    await this.#prologue(play);
    await this.#answers(play);
    await this.#look(id);
  }

  /** What its parties see; undefined: it has ended, which the ledger notes, or is about to. */
  async #look(id: number): Promise<Play | undefined> {
    const task = (await this.#see(taskPath(id))) as Task | undefined;
    if (!task) return undefined;
    this.#stage.ledger.saw(id, task.state);
    if (task.state !== "validatingByCustomers") {
      this.#witnesses.delete(taskPath(id));
      return undefined;
    }
    const awaited = task.approvals.filter((approval) => approval.answer === null);
    // Its last answer came while it was read: it has ended, and is seen so by the next look.
    if (awaited.length === 0) return undefined;
    return { id, asker: this.#player(task.askingAccount), approvers: awaited.map((approval) => this.#player(approval.account)) };
  }

  /** What goes wrong before people answer. */
  async #prologue(play: Play): Promise<void> {
    const [first = play.asker, second] = play.approvers;
    const turn = this.#stage.random();
    if (turn < 0.08) await this.#answer(play, first, "accepted", { kind: "wrong", code: "A".repeat(32) });
    else if (turn < 0.16) await this.#stranger(play, first);
    else if (turn < 0.24 && second) await this.#mixUp(play, first, second);
    else if (turn < 0.36) await this.#resend(play, first);
  }

  /** Somebody whose approval is not asked has got hold of a code. */
  async #stranger(play: Play, approver: Player): Promise<void> {
    const strangers = this.#stage.cast.accounts.filter((player) => player !== play.asker && !play.approvers.includes(player));
    const code = await this.#code(play, approver);
    if (code !== undefined && strangers.length > 0) await this.#answer(play, this.#oneOf(strangers), "accepted", { kind: "other", code });
  }

  async #mixUp(play: Play, one: Player, other: Player): Promise<void> {
    const code = await this.#code(play, other);
    if (code !== undefined) await this.#answer(play, one, "accepted", { kind: "other", code });
  }

  /** A new code; the old one is dead from then on. */
  async #resend(play: Play, approver: Player): Promise<void> {
    const before = this.#codes(play, approver);
    const old = before.at(-1);
    const forNewcomer = approver !== play.asker && this.#chance(0.5);
    const by = forNewcomer ? play.asker : approver;
    const path = `${taskPath(play.id)}/resendEmail`;
    const sent = await this.#stage.write(by, path, forNewcomer ? { to: "newcomer" } : {}, { kind: "resent", request: play.id, to: approver.id });
    if (!isAcknowledged(sent) || old === undefined) return;
    await this.#answer(play, approver, "accepted", { kind: "old", code: old });
    await this.#code(play, approver, before.length + 1);
  }

  async #answers(play: Play): Promise<void> {
    const turn = this.#stage.random();
    const [first = play.asker] = play.approvers;
    if (turn < 0.06) await this.#cancel(play);
    else if (turn < 0.14) await this.#withCode(play, this.#oneOf(play.approvers), "refused");
    else if (turn < 0.18) await Promise.all([this.#withCode(play, first, "accepted"), this.#cancel(play)]);
    else if (turn < 0.22) await Promise.all(play.approvers.map((player, n) => this.#withCode(play, player, n === 0 ? "accepted" : "refused")));
    else if (turn < 0.65) await Promise.all(play.approvers.map((player) => this.#withCode(play, player, "accepted")));
    else for (const player of play.approvers) await this.#withCode(play, player, "accepted");
  }

  async #cancel(play: Play): Promise<void> {
    await this.#stage.write(play.asker, `${taskPath(play.id)}/cancel`, undefined, { kind: "cancelled", request: play.id });
  }

  /** Answers with the newest code; sometimes twice, with the same key or with another one. */
  async #withCode(play: Play, player: Player, word: "accepted" | "refused"): Promise<void> {
    const code = await this.#code(play, player);
    if (code === undefined) return this.#chance(0.3) ? this.#cancel(play) : undefined;
    const twice = this.#chance(0.05);
    const [entry] = await Promise.all([
      this.#answer(play, player, word, { kind: "right", code }),
      ...(twice ? [this.#answer(play, player, word, { kind: "right", code })] : []),
    ]);
    if (!isAcknowledged(entry)) return;
    if (this.#chance(0.15)) await this.#stage.writeAgain(player, pathOf(play, word), { token: code }, entry);
    if (this.#chance(0.1)) await this.#answer(play, player, word, { kind: "spent", code });
  }

  #answer(play: Play, player: Player, word: "accepted" | "refused", { kind, code }: { kind: CodeKind; code: string }): Promise<Entry> {
    return this.#stage.write(player, pathOf(play, word), { token: code }, { kind: word, request: play.id, code: kind });
  }

  #codes(play: Play, player: Player): string[] {
    return this.#stage.postbag.codes(player.email, play.id);
  }

  /** The newest code, once at least `atLeast` have come; undefined: none comes. */
  async #code(play: Play, player: Player, atLeast = 1): Promise<string | undefined> {
    const until = performance.now() + patience;
    while (this.#codes(play, player).length < atLeast) {
      if (this.#stage.stopping || performance.now() > until) return undefined;
      await sleep(10);
    }
    return this.#codes(play, player).at(-1);
  }
}

const pathOf = ({ id }: Play, word: "accepted" | "refused"): string => `${taskPath(id)}/${word === "accepted" ? "accept" : "refuse"}`;
const taskPath = (id: number): string => `/me/task/contactChange/${id}`;
