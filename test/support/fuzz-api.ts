import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { openApiDocument } from "../../src/api/document.ts";
import type { ApiMethod } from "../../src/domain/access-rule.ts";
import { type ApiAnswer, type ApiCaller, openSwitchboard, type Switchboard } from "./api-caller.ts";
import { type Name, names } from "./cast.ts";
import { type FuzzedCall, fuzzedCalls, type Real } from "./fuzz-calls.ts";

/** Calls of one round; each round has a system of its own and the seed after that of the round before. */
const roundLength = 500;
/** Rounds at a time: one waits for its database while another computes. */
const lanes = 3;
/** ms; no call takes a hundredth of it. */
const patience = 20_000;

/** How often each status came, and every operation that succeeded. */
export type FuzzReport = { calls: number; statuses: Record<number, number>; succeeded: Set<string> };

/**
 * Makes so many calls, generated from the OpenAPI document. Throws at a fault of the server, at an answer outside of the document, at a call that
 * hangs; the message tells the seed with which that round can be made again.
 */
export async function fuzzApi({ calls, seed, told = () => {} }: { calls: number; seed: number; told?: (report: FuzzReport) => void }): Promise<FuzzReport> {
  const report: FuzzReport = { calls: 0, statuses: {}, succeeded: new Set() };
  const rounds = Array.from({ length: Math.ceil(calls / roundLength) }, (_, i) => ({ seed: seed + i, length: Math.min(roundLength, calls - i * roundLength) }));
  const lane = async (): Promise<void> => {
    for (let round = rounds.shift(); round; round = rounds.shift()) {
      await fuzzRound(round.seed, round.length, report);
      told(report);
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    rounds.length = 0;
  }
  return report;
}

async function fuzzRound(seed: number, length: number, report: FuzzReport): Promise<void> {
  const board = await openSwitchboard();
  const faults: unknown[] = [];
  board.context.log.error = (fact: unknown) => void faults.push(fact);
  try {
    const round = await beginRound(board);
    for (const [i, call] of fc.sample(fuzzedCalls(openApiDocument(board)), { seed, numRuns: length }).entries()) {
      try {
        const answer = await inTime(makeCall(round, call));
        report.calls++;
        report.statuses[answer.status] = (report.statuses[answer.status] ?? 0) + 1;
        if (answer.status === 200) report.succeeded.add(`${call.method} ${call.path}`);
        if (answer.status >= 500) throw new Error(`status ${answer.status}: ${answer.text}`);
      } catch (error) {
        if (faults.length > 0) console.error(...faults);
        throw new Error(`call ${i + 1} of the round with the seed ${seed} (npm run fuzz -- --seed ${seed} --calls ${i + 1}): ${JSON.stringify(call)}`, {
          cause: error,
        });
      }
    }
  } finally {
    await board.close();
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = new AbortController();
  const guard = wait(patience, undefined, { signal: late.signal }).then(
    () => Promise.reject(new Error(`no answer within ${patience} ms`)),
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([work, guard]);
  } finally {
    late.abort();
  }
}

/** `listed`: what lists have told, by their path. */
type Round = { board: Switchboard; callers: Map<Name, ApiCaller>; listed: Map<string, string[]> };

async function beginRound(board: Switchboard): Promise<Round> {
  const round: Round = { board, callers: new Map(), listed: new Map() };
  const web = await board.addService("site.example", { tech: "bob" }, { product: "hosting/web", expiresOn: "2026-03-01" });
  const block = await board.addService("203.0.113.0/28", { billing: "carol" }, { product: "ip/service" });
  await board.addService("late.example", { admin: "bob" }, { expiresOn: "2025-12-01" });
  await board.ask("alice", { tech: "dave" });
  await board.ask("alice", { admin: "dave", billing: "erin" }, web);
  await board.ask("carol", { billing: "dave" }, block);
  await board.owes("erin", "2026-01-01");
  round.listed.set("/domain", ["example.net", "late.example"]);
  round.listed.set("/hosting/web", ["site.example"]);
  round.listed.set("/ip/service", ["203.0.113.0/28"]);
  const lists = Object.keys(openApiDocument(board).paths).filter((path) => !path.includes("{") && path.startsWith("/me/"));
  for (const name of names) for (const path of [...lists, "/services"]) learn(round, path, await (await callerOf(round, name)).get(path));
  return round;
}

async function callerOf({ board, callers }: Round, name: Name): Promise<ApiCaller> {
  const caller = callers.get(name) ?? (await board.as(name));
  callers.set(name, caller);
  return caller;
}

async function makeCall(round: Round, call: FuzzedCall): Promise<ApiAnswer> {
  const { board } = round;
  if (call.pause > 0) board.clock.advance(call.pause);
  const path = pathOf(round, call);
  const body = call.text ?? (call.body === undefined ? undefined : JSON.stringify(await filled(round, call, call.body)));
  const request = await requestOf(round, call, path, call.method === "GET" ? undefined : body);
  const answer = await board.raw(request);
  learn(round, call.path, answer);
  // Whoever has revoked the own key gets another, so that later calls say something.
  if (call.member in board.who && answer.status === 403 && typeof answer.body === "object" && answer.body && "errorCode" in answer.body)
    round.callers.delete(call.member as Name);
  return answer;
}

async function requestOf(round: Round, { member, method, headers }: FuzzedCall, path: string, body: string | undefined): Promise<Request> {
  const signs = member !== "nobody" && !["PATCH", "OPTIONS"].includes(method);
  if (!signs) return new Request(`${round.board.settings.baseUrl}/v1${path}`, { method, headers, ...(body !== undefined && { body }) });
  const request = (await callerOf(round, member === "forger" ? "mallory" : member)).signed(method as ApiMethod, path, body, headers);
  if (member === "forger") request.headers.set("X-Ovh-Signature", `$1$${"0".repeat(40)}`);
  return request;
}

/** Lists of one account are tried by all others. */
function learn({ listed }: Round, path: string, { status, body }: ApiAnswer): void {
  if (status !== 200 || !Array.isArray(body)) return;
  const of = path.endsWith("/changeContact") ? "/me/task/contactChange" : path;
  const known = new Set(listed.get(of));
  for (const one of body) if ((typeof one === "number" || typeof one === "string") && known.size < 200) known.add(String(one));
  listed.set(of, [...known]);
}

function pathOf(round: Round, call: FuzzedCall): string {
  const separator = call.headers["X-Ovh-Batch"] || ",";
  const path = call.path.replace(/\{([^}]+)\}/g, (whole, name: string, at: number) => {
    const values = (call.params[name] ?? []).map((one) => encoded(typeof one === "string" ? one : listedOne(round, call.path.slice(0, at - 1), one)));
    return values.length > 0 ? values.join(separator === "," ? "," : encoded(separator)) : whole;
  });
  const query = call.query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join("&");
  return query ? `${path}?${query}` : path;
}

function encoded(text: string): string {
  // As it is, now and then: clients err.
  return text.startsWith("%") ? text.replace(/[\s#?\\\0]/g, "") : encodeURIComponent(text.toWellFormed());
}

function listedOne({ listed }: Round, list: string, { pick }: Real): string {
  const known = listed.get(list) ?? [];
  return known[pick % Math.max(1, known.length)] ?? String(pick % 10);
}

/** A body with what is real in it. */
async function filled(round: Round, call: FuzzedCall, value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((one) => filled(round, call, one)));
  if (typeof value !== "object" || value === null) return value;
  if ("real" in value && "pick" in value) return realOne(round, call, value as Real);
  const entries = Object.entries(value).map(async ([name, one]) => [name, await filled(round, call, one)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function realOne({ board }: Round, call: FuzzedCall, { real, pick }: Real): Promise<string> {
  if (real === "handle") return board.who[names[pick % names.length] ?? "alice"].handle;
  const mails = call.member in board.who ? await board.mails(call.member as Name) : [];
  const codes = mails.map(({ code }) => code).filter(Boolean);
  return codes[pick % Math.max(1, codes.length)] ?? "ABCDEFGH";
}
