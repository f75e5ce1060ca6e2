import { isDeepStrictEqual } from "node:util";
import { type Role, roles, rolesOf } from "../../src/domain/role.ts";
import type { Store } from "../../src/storage/store.ts";
import { type Entry, isAcknowledged } from "./ledger.ts";

const atOnce = 500;

/** What of these calls was answered by 2xx and does not stand in the database, a sentence for each. Those without such an answer are passed over. */
export async function findLostWrites(store: Store, entries: readonly Entry[]): Promise<string[]> {
  const lost: string[] = [];
  const acknowledged = entries.filter(isAcknowledged);
  for (let start = 0; start < acknowledged.length; start += atOnce) lost.push(...(await lostOf(store, acknowledged.slice(start, start + atOnce))));
  return lost;
}

async function lostOf(store: Store, entries: readonly Entry[]): Promise<string[]> {
  const rows = await readRows(store, entries);
  return entries.flatMap((entry) => {
    const why = missingOf(rows, entry) ?? missingAnswer(rows, entry);
    return why === undefined ? [] : [`account ${entry.account} was told that ${JSON.stringify(entry.deed)} was done (key ${entry.key}), but ${why}`];
  });
}

type Rows = Awaited<ReturnType<typeof readRows>>;

async function readRows({ read }: Store, entries: readonly Entry[]) {
  const ids = [...new Set(entries.flatMap(requestsOf))];
  const keys = entries.map((entry) => entry.key);
  const some = <T>(query: { execute(): Promise<T[]> }): Promise<T[]> => (ids.length === 0 ? Promise.resolve([]) : query.execute());
  const requests = await some(read.selectFrom("change_request").selectAll().where("id", "in", ids));
  const approvals = await some(read.selectFrom("approval").select(["request_id", "account_id", "answer", "serial"]).where("request_id", "in", ids));
  const answers = await read.selectFrom("api_answer").select(["account_id", "idempotency_key", "answer_json"]).where("idempotency_key", "in", keys).execute();
  const services = [...new Set(requests.map((row) => row.service_id))];
  const moves = services.length === 0 ? [] : await read.selectFrom("contact_move").selectAll().where("service_id", "in", services).orderBy("id").execute();
  return {
    moves,
    requests: new Map(requests.map((row) => [row.id, row])),
    approvals: new Map(approvals.map((row) => [`${row.request_id} ${row.account_id}`, row])),
    answers: new Map(answers.map((row) => [`${row.account_id} ${row.idempotency_key}`, row.answer_json])),
  };
}

/** The requests that a call was about or has made. */
function requestsOf({ deed, answer }: Entry): number[] {
  return deed.kind === "asked" ? (answer?.body as number[]) : [deed.request];
}

function missingOf({ requests, approvals, moves }: Rows, entry: Entry): string | undefined {
  const { deed, account } = entry;
  for (const id of requestsOf(entry)) if (!requests.has(id)) return `there is no request ${id}`;
  if (deed.kind === "asked") {
    const made = requestsOf(entry).map((id) => requests.get(id));
    const asksFor = (role: Role): boolean => made.some((row) => row && rolesOf(row.roles).includes(role) && row.to_id === deed.contacts[role]);
    // Somebody else may have given him the role meanwhile: then there was nothing to ask for it.
    const hadIt = (role: Role): boolean => {
      const before = moves.filter((move) => move.service_id === deed.service && move.role === role && move.at <= (made[0]?.asked_at ?? 0));
      return before.at(-1)?.to_id === deed.contacts[role];
    };
    const missing = roles.filter((role) => deed.contacts[role] !== undefined && !asksFor(role) && !hadIt(role));
    if (made.some((row) => row?.service_id !== deed.service || row.asker_id !== account)) return "the requests are of another service or account";
    return missing.length > 0 ? `no request is about ${missing.join(" and ")}` : undefined;
  }
  if (deed.kind === "cancelled") {
    const row = requests.get(deed.request);
    return row?.state === "aborted" && row.closed_by === account ? undefined : `the request is ${row?.state}, closed by ${row?.closed_by}`;
  }
  const approval = approvals.get(`${deed.request} ${deed.kind === "resent" ? deed.to : account}`);
  if (deed.kind === "resent") return approval && approval.serial > 1 ? undefined : `the code is still the first`;
  return approval?.answer === deed.kind ? undefined : `the answer is ${approval?.answer}`;
}

/** The answer is kept for those who ask again with the same key. */
function missingAnswer({ answers }: Rows, { account, key, answer }: Entry): string | undefined {
  const kept = answers.get(`${account} ${key}`);
  if (kept === undefined || kept === null) return "the answer to its key is not kept";
  return isDeepStrictEqual(JSON.parse(kept), answer?.body) ? undefined : `the answer that is kept is ${kept}`;
}
