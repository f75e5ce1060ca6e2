import { setTimeout as sleep } from "node:timers/promises";
import { startPostgres } from "../../test/support/postgres-server.ts";
import type { Bench, Part } from "../part.ts";
import type { ApiAnswer } from "../support/api-client.ts";
import { grouped, seconds, spread } from "../support/figures.ts";
import type { Player, StageService } from "../support/furnish.ts";
import { nodesUnderLoad, type Scene } from "../support/nodes-under-load.ts";
import { RowHolder } from "../support/row-holder.ts";
import { watch } from "../support/watch.ts";

/** ms within which who needs the row is told 503: the server waits 4 s for a lock. */
const toldWithin = 10_000;
/** ms for which others may write nothing, or a letter that nobody holds may wait. */
const othersWithin = 5000;
/** Calls at once on each node that need the row. */
const callers = 2;

export const blockedRow: Part = {
  name: "blocked-row",
  about: "a session holds the row of a service, then rows of the outbox, then of a limit, each for as many seconds, under three nodes at work",
  whole: 60,
  short: 1,
  run: async (bench) => {
    const server = await startPostgres(bench.folder);
    try {
      const url = server.url("postgres");
      const { gave, judged } = await nodesUnderLoad(bench, { url, services: 9, lanes: 8, spare: 1 }, (scene) => holdEach(bench, url, scene));
      const { acknowledged, moves, letters, duplicates } = judged.counted;
      return {
        tried: `3 × ${bench.count} s, ${grouped(gave.refusals.length)} calls met a held row, ${grouped(acknowledged)} acknowledged writes, ${grouped(moves)} roles moved, ${grouped(letters)} letters`,
        zeros: judged.zeros,
        faults: [...judged.faults, ...gave.faults],
        measured: `told 503 ${spread(gave.refusals)}; nobody else wrote nothing for more than ${seconds(gave.silence)}, no other letter waited more than ${seconds(gave.oldest)}; ${grouped(duplicates)} letters twice with the same Message-ID`,
      };
    } finally {
      await server.stop();
    }
  },
};

/** `refusals`: ms until each 503; `silence`, `oldest`: the longest, ms. */
type Held = { refusals: number[]; silence: number; oldest: number; faults: string[] };

async function holdEach(bench: Bench, url: string, scene: Scene): Promise<Held> {
  const held: Held = { refusals: [], silence: 0, oldest: 0, faults: [] };
  const holder = await RowHolder.connect(url);
  const watches = scene.nodes.map((node) => watch(() => node.write()));
  try {
    await holdService(bench, holder, scene, held);
    await holdLetters(bench, holder, scene, held);
    await holdLimit(bench, holder, scene, held);
    if (held.refusals.length === 0) held.faults.push("no call met a held row: nothing was tried");
    held.silence = Math.max(0, ...watches.flatMap((one) => one.gaps()));
    if (held.silence > othersWithin) held.faults.push(`a node took no write that had nothing to do with the held row for ${seconds(held.silence)}`);
    return held;
  } finally {
    await holder.end();
    await Promise.all(watches.map((one) => one.stop()));
  }
}

/** What is on a service waits for whoever changes it. */
async function holdService(bench: Bench, holder: RowHolder, scene: Scene, held: Held): Promise<void> {
  const { service, admin } = await spareService(scene);
  await holder.take("select id from service where id = $1", [service.id]);
  const newcomer = scene.cast.accounts.at(-1);
  await meet("service", bench, scene, held, admin, changePath(service), { contactTech: newcomer?.handle });
  await holder.letGo();
  await untilAnswered("service", scene, held, admin, changePath(service), { contactTech: newcomer?.handle });
}

/** Who names somebody that does not exist is counted. */
async function holdLimit(bench: Bench, holder: RowHolder, scene: Scene, held: Held): Promise<void> {
  const { service, admin } = await spareService(scene);
  const nobody = { contactBilling: "zz999999-ovh" };
  await untilAnswered("limit", scene, held, admin, changePath(service), nobody);
  await holder.take("select key from rate_limit where key = $1", [`lookup:${admin.id}`]);
  await meet("limit", bench, scene, held, admin, changePath(service), nobody);
  await holder.letGo();
  await untilAnswered("limit", scene, held, admin, changePath(service), nobody);
}

/** Those under way at a moment: their workers cannot note that they were delivered. */
async function holdLetters(bench: Bench, holder: RowHolder, { store }: Scene, held: Held): Promise<void> {
  const rows = await holder.take<{ id: string }>("select id from outbox where state = 'sending'");
  const ids = rows.map(({ id }) => id);
  const others = store.read.selectFrom("outbox").select("created_at").where("state", "in", ["waiting", "sending"]).where("id", "not in", ids);
  for (const until = Date.now() + bench.count * 1000; Date.now() < until; await sleep(200)) {
    const oldest = await others.orderBy("created_at").limit(1).executeTakeFirst();
    held.oldest = Math.max(held.oldest, oldest ? Date.now() - oldest.created_at : 0);
  }
  await holder.letGo();
  if (held.oldest > othersWithin) held.faults.push(`while ${ids.length} letters were held, another waited ${seconds(held.oldest)}`);
}

/** Lets some callers on each node need the row for as long as it is held, each once at least; whoever holds it waits for their answers. */
async function meet(what: string, bench: Bench, { nodes }: Scene, held: Held, player: Player, path: string, body: object): Promise<void> {
  const until = Date.now() + bench.count * 1000;
  const call = async ({ client, name }: Scene["nodes"][number]): Promise<void> => {
    do {
      const began = Date.now();
      const answer = await client.call(player, { method: "POST", path, body }).catch((error: unknown) => String(error));
      held.refusals.push(Date.now() - began);
      const fault = faultOf(answer, Date.now() - began);
      if (fault) held.faults.push(`${name}, while a row was held (${what}): ${fault}`);
    } while (Date.now() < until - toldWithin / 2);
  };
  await Promise.all(nodes.flatMap((node) => Array.from({ length: callers }, () => call(node))));
  await sleep(Math.max(0, until - Date.now()));
}

function faultOf(answer: ApiAnswer | string, took: number): string | undefined {
  if (typeof answer === "string") return `no answer: ${answer}`;
  if (answer.status !== 503) return `answered ${answer.status}: ${JSON.stringify(answer.body)}`;
  if (answer.retryAfter === undefined) return "503 without Retry-After";
  return took > toldWithin ? `503 only after ${seconds(took)}` : undefined;
}

/** All is well again: each node answers, whatever it says. */
async function untilAnswered(what: string, { nodes }: Scene, held: Held, player: Player, path: string, body: object): Promise<void> {
  for (const { client, name } of nodes) {
    const answer = await client.call(player, { method: "POST", path, body });
    if (answer.status >= 500) held.faults.push(`${name}, when nobody held the row any more (${what}): answered ${answer.status}`);
  }
}

async function spareService({ store, cast }: Scene): Promise<{ service: StageService; admin: Player }> {
  const service = cast.services.at(-1);
  const row = await store.read
    .selectFrom("service")
    .select("admin_id")
    .where("id", "=", service?.id ?? 0)
    .executeTakeFirstOrThrow();
  const admin = cast.accounts.find(({ id }) => id === row.admin_id);
  if (!service || !admin) throw new Error("there is no service left alone");
  return { service, admin };
}

const changePath = ({ product, name }: StageService): string => `/${product}/${name}/changeContact`;
