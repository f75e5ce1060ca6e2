import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "../../../src/storage/store.ts";
import { type Arrived, letterIdOf } from "../postbag.ts";
import type { Verdict } from "../verdict.ts";
import { byRequest, type Rows } from "./rows.ts";

/** Waits until no letter is under way; gives up after `patience` ms, and what is left is judged as lost. */
export async function untilDelivered(store: Store, patience: number): Promise<void> {
  const until = Date.now() + patience;
  const left = store.read.selectFrom("outbox").select("id").where("state", "in", ["waiting", "sending"]).limit(1);
  while ((await left.executeTakeFirst()) !== undefined && Date.now() < until) await sleep(100);
}

/** Every letter that was owed was written and has arrived; every one that arrived was written, and tells what happened. */
export function judgeLetters(rows: Rows, received: readonly Arrived[], verdict: Verdict): { duplicates: number } {
  const arrived = Map.groupBy(received, letterIdOf);
  judgeDelivery(rows, arrived, verdict);
  judgeOwed(rows, verdict);
  return { duplicates: received.length - arrived.size };
}

function judgeDelivery({ outbox, requests, approvals }: Rows, arrived: Map<string, Arrived[]>, verdict: Verdict): void {
  const known = new Map(outbox.map((row) => [row.id, row]));
  for (const [id, letters] of arrived) {
    const row = known.get(id);
    if (!row) verdict.count("mailsMadeUp", `the letter ${id} to ${letters[0]?.to} arrived, but nobody wrote it`);
    else if (letters.some(({ to }) => to !== row.recipient)) verdict.count("mailsMadeUp", `the letter ${id} to ${row.recipient} went to others`);
  }
  const serials = new Map(approvals.map((row) => [row.id, row.serial]));
  const codes = Map.groupBy(
    outbox.filter((row) => row.letter === "change-requested"),
    (row) => row.approval_id,
  );
  for (const row of outbox) {
    if (row.state === "dropped") {
      const isOpen = row.request_id !== null && requests.get(row.request_id)?.state === "validatingByCustomers";
      const newest = codes.get(row.approval_id)?.at(-1) === row && codes.get(row.approval_id)?.length === serials.get(row.approval_id ?? 0);
      if (row.approval_id === null || (isOpen && newest))
        verdict.count("mailsLost", `the letter ${row.id} (${row.letter}) was dropped, and no other came for it`);
    } else if (!arrived.has(row.id)) verdict.count("mailsLost", `the letter ${row.id} (${row.letter} to ${row.recipient}) is ${row.state} and did not arrive`);
    else if (row.state !== "sent") verdict.fault(`the letter ${row.id} (${row.letter}) arrived and is ${row.state}`);
    if (row.state !== "waiting" && row.state !== "sending" && row.state !== "failed" && row.sealed !== null)
      verdict.fault(`the letter ${row.id} is ${row.state} and still has its code`);
  }
}

const endLetters = {
  done: "change-done",
  refused: "change-refused",
  aborted: "change-cancelled",
  expired: "change-expired",
  error: "change-failed",
} as const;

/** What each request owes by §7: a code for each sending, and word of its end to each approver, when it is done also to the others of §4. */
function judgeOwed({ outbox, requests, approvals }: Rows, verdict: Verdict): void {
  const lettersOf = byRequest(outbox);
  const approvalsOf = byRequest(approvals);
  for (const request of requests.values()) {
    const letters = lettersOf.get(request.id) ?? [];
    const own = approvalsOf.get(request.id) ?? [];
    for (const approval of own) {
      const written = letters.filter((row) => row.letter === "change-requested" && row.approval_id === approval.id).length;
      if (written < approval.serial)
        verdict.count("mailsLost", `of the codes of approval ${approval.id} ${written} letters were written and not ${approval.serial}`);
      if (written > approval.serial) verdict.count("mailsMadeUp", `approval ${approval.id} has ${written} letters for ${approval.serial} codes`);
    }
    const expected = request.state in endLetters ? endLetters[request.state as keyof typeof endLetters] : undefined;
    const owed = expected === undefined ? [] : [...own.map((row) => row.account_id), ...(request.state === "done" ? [request.from_id] : [])];
    for (const account of new Set(owed)) {
      const written = letters.filter((row) => row.letter === expected && row.account_id === account).length;
      if (written === 0) verdict.count("mailsLost", `account ${account} was not written that request ${request.id} is ${request.state}`);
      if (written > 1) verdict.count("mailsMadeUp", `account ${account} was written ${written} times that request ${request.id} is ${request.state}`);
    }
    const untrue = letters.filter((row) => (Object.values(endLetters) as string[]).includes(row.letter) && row.letter !== expected);
    for (const row of untrue) verdict.count("mailsMadeUp", `the letter ${row.id} (${row.letter}) tells of request ${request.id}, which is ${request.state}`);
  }
  for (const id of lettersOf.keys()) if (!requests.has(id)) verdict.count("mailsMadeUp", `letters tell of request ${id}, which does not exist`);
}
