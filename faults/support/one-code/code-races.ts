import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "../../../src/storage/store.ts";
import { type ApiAnswer, ApiClient } from "../api-client.ts";
import { type BenchCast, forgetLimits, type Player, type StageService } from "../furnish.ts";
import { judgeContacts } from "../judge/contacts.ts";
import { judgeLetters, untilDelivered } from "../judge/letters.ts";
import { readAll } from "../judge/rows.ts";
import { type Arrived, Postbag } from "../postbag.ts";
import { Verdict } from "../verdict.ts";

const clients = 64;
/** ms that a letter may take. */
const patience = 60_000;
/** What those hear who were not first. */
const clear = ["request-closed", "already-answered"];

type Setting = { url: string; store: Store; cast: BenchCast; sink: { readonly received: readonly Arrived[] }; random: () => number };
type Rival = "accept" | "refuse" | "cancel";
type Asked = { id: number; service: StageService; asker: Player; newcomer: Player; code: string };
type Told = { what: Rival; answer: ApiAnswer };

/** Lets many use one code at once, and counts who succeeds. */
export class CodeRaces {
  readonly verdict = new Verdict();
  /** ms until all had their answers. */
  readonly times: number[] = [];
  calls = 0;
  readonly #setting: Setting;
  readonly #client: ApiClient;
  readonly #postbag: Postbag;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#client = new ApiClient(setting.url, { patience });
    this.#postbag = new Postbag(setting.sink.received);
  }

  /** One code from all at once; each fourth time half of them refuse or cancel a further request instead. */
  async run(race: number): Promise<void> {
    await this.#race(race, ["accept"]);
    if (race % 4 === 0) await this.#race(race, ["accept", race % 8 === 0 ? "refuse" : "cancel"]);
  }

  /** At the end: the rows, and the letters that came of them. */
  async judge(): Promise<void> {
    await untilDelivered(this.#setting.store, patience);
    const rows = await readAll(this.#setting.store);
    judgeContacts(rows, this.verdict);
    judgeLetters(rows, this.#setting.sink.received, this.verdict);
  }

  async #race(race: number, rivals: readonly Rival[]): Promise<void> {
    const asked = await this.#ask(race);
    const began = performance.now();
    const told = await Promise.all(Array.from({ length: clients }, (_, n) => this.#use(asked, n, rivals[n % rivals.length] as Rival)));
    this.times.push(performance.now() - began);
    await this.#judgeRace(asked, told);
  }

  /** A request whose last answer is awaited, with the code for it. */
  async #ask(race: number): Promise<Asked> {
    const { store, cast } = this.#setting;
    await forgetLimits(store);
    const service = cast.services[race % cast.services.length] as StageService;
    const holders = await store.read.selectFrom("service").select(["admin_id", "tech_id"]).where("id", "=", service.id).executeTakeFirstOrThrow();
    const asker = cast.accounts.find((player) => player.id === holders.admin_id) as Player;
    const others = cast.accounts.filter((player) => player.id !== asker.id && player.id !== holders.tech_id);
    const newcomer = others[Math.floor(this.#setting.random() * others.length)] as Player;
    const [id] = (await this.#do(asker, `/${service.product}/${service.name}/changeContact`, { contactTech: newcomer.handle })) as [number];
    await this.#do(asker, taskPath(id, "accept"), { token: await this.#code(asker, id) });
    return { id, service, asker, newcomer, code: await this.#code(newcomer, id) };
  }

  async #do(player: Player, path: string, body: unknown): Promise<unknown> {
    const answer = await this.#call(player, path, body);
    if (answer.status !== 200) throw new Error(`${path} was answered by ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Again where the server says that it should be tried again. */
  async #call(player: Player, path: string, body: unknown): Promise<ApiAnswer> {
    const until = performance.now() + patience;
    for (;;) {
      this.calls++;
      const answer = await this.#client.call(player, { method: "POST", path, body });
      if (answer.status !== 503 || performance.now() > until) return answer;
      await sleep(100);
    }
  }

  /** Spaces around a code do not matter: each client signs another body. */
  async #use({ id, asker, newcomer, code }: Asked, n: number, what: Rival): Promise<Told> {
    const token = `${code}${" ".repeat(n)}`;
    const answer = what === "cancel" ? await this.#call(asker, taskPath(id, what), { n }) : await this.#call(newcomer, taskPath(id, what), { token });
    return { what, answer };
  }

  async #judgeRace({ id, service, newcomer }: Asked, told: readonly Told[]): Promise<void> {
    const won = told.filter(({ answer }) => answer.status === 200);
    if (won.length > 1) this.verdict.count("codesUsedTwice", `request ${id}: ${won.map(({ what }) => what).join(" and ")} succeeded with one code`);
    if (won.length === 0) this.verdict.fault(`request ${id}: nobody succeeded of ${told.length}: ${JSON.stringify(told[0]?.answer)}`);
    for (const { answer } of told)
      if (answer.status !== 200 && !isClear(answer)) this.verdict.fault(`request ${id}: ${JSON.stringify(answer)} is no clear refusal`);
    const row = await this.#setting.store.read.selectFrom("service").select("tech_id").where("id", "=", service.id).executeTakeFirstOrThrow();
    const accepted = won.some(({ what }) => what === "accept");
    if (!accepted && row.tech_id === newcomer.id)
      this.verdict.count("movedWithoutConsent", `request ${id}: the role moved, and nobody was told that he accepted`);
    if (accepted && row.tech_id !== newcomer.id) this.verdict.count("writesLost", `request ${id} was accepted, and the role did not move`);
  }

  async #code(player: Player, id: number): Promise<string> {
    for (const until = performance.now() + patience; performance.now() < until; await sleep(5)) {
      const [code] = this.#postbag.codes(player.email, id);
      if (code !== undefined) return code;
    }
    throw new Error(`no code came for ${player.handle} and request ${id}`);
  }
}

function isClear({ status, body }: ApiAnswer): boolean {
  const { details } = body as { details?: { code?: string } };
  return status >= 400 && status < 500 && clear.includes(details?.code ?? "");
}

const taskPath = (id: number, what: Rival): string => `/me/task/contactChange/${id}/${what}`;
