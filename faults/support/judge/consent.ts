import { approversOf } from "../../../src/domain/change-policy.ts";
import { rolesOf } from "../../../src/domain/role.ts";
import { isAcknowledged, type Ledger } from "../ledger.ts";
import type { Verdict } from "../verdict.ts";
import { byRequest, type Rows } from "./rows.ts";

/** Every role that moved was asked for and accepted by everybody who had to; every code was good for one answer. */
export function judgeConsent(rows: Rows, ledger: Ledger, verdict: Verdict): void {
  judgeMoves(rows, verdict);
  judgeApprovals(rows, ledger, verdict);
  judgeCodes(rows, ledger, verdict);
}

function judgeMoves({ requests, approvals, moves }: Rows, verdict: Verdict): void {
  const approvalsOf = byRequest(approvals);
  const movesOf = byRequest(moves);
  for (const move of moves) {
    if (move.from_id === null) continue;
    const request = move.request_id === null ? undefined : requests.get(move.request_id);
    const asked = request?.service_id === move.service_id && rolesOf(request.roles).includes(move.role) && request.to_id === move.to_id;
    if (!asked) verdict.count("movedWithoutConsent", `service ${move.service_id}: nobody asked for move ${move.id} of ${move.role}`);
  }
  for (const request of requests.values()) {
    const moved = (movesOf.get(request.id) ?? []).map((move) => move.role);
    if (request.state !== "done" && moved.length > 0)
      verdict.count("movedWithoutConsent", `request ${request.id} is ${request.state}, and ${moved.join(" and ")} moved`);
    if (request.state !== "done") continue;
    const accepted = (approvalsOf.get(request.id) ?? []).filter((row) => row.answer === "accepted").map((row) => row.account_id);
    const missing = approversOf(request.asker_id, request.to_id).filter((account) => !accepted.includes(account));
    if (missing.length > 0) verdict.count("movedWithoutConsent", `request ${request.id} is done without the consent of ${missing.join(" and ")}`);
    const twice = moved.length > rolesOf(request.roles).length;
    if (twice) verdict.count("codesUsedTwice", `request ${request.id} was carried out twice: ${moved.join(", ")} moved`);
    const stayed = rolesOf(request.roles).filter((role) => !moved.includes(role));
    if (stayed.length > 0) verdict.count("writesLost", `request ${request.id} is done, but ${stayed.join(" and ")} did not move`);
  }
}

/** Nobody's answer stands there who has not given it with a code that was right. */
function judgeApprovals({ approvals, requests }: Rows, ledger: Ledger, verdict: Verdict): void {
  const given = new Set<string>();
  for (const { account, deed } of ledger.entries) {
    if ((deed.kind === "accepted" || deed.kind === "refused") && deed.code === "right") given.add(`${deed.request} ${account} ${deed.kind}`);
  }
  for (const row of approvals) {
    if (row.answer !== null && !given.has(`${row.request_id} ${row.account_id} ${row.answer}`))
      verdict.count("movedWithoutConsent", `request ${row.request_id} says that account ${row.account_id} has ${row.answer}, which it never sent`);
    const request = requests.get(row.request_id);
    if (!request || !approversOf(request.asker_id, request.to_id).includes(row.account_id)) verdict.fault(`approval ${row.id} is of no approver`);
  }
}

function judgeCodes({ deeds }: Rows, ledger: Ledger, verdict: Verdict): void {
  const told = new Map<string, number>();
  for (const entry of ledger.entries) {
    const { account, deed } = entry;
    if (!isAcknowledged(entry) || (deed.kind !== "accepted" && deed.kind !== "refused")) continue;
    const place = `of account ${account} for request ${deed.request}`;
    told.set(place, (told.get(place) ?? 0) + 1);
    if (deed.code === "wrong" || deed.code === "other") verdict.count("movedWithoutConsent", `a ${deed.code} code ${place} was accepted`);
    if (deed.code === "old") verdict.count("codesUsedTwice", `a code ${place} that was replaced was accepted`);
  }
  for (const [place, times] of told) if (times > 1) verdict.count("codesUsedTwice", `the code ${place} was accepted ${times} times`);
  const answered = deeds.filter(({ deed }) => deed === "approval.accepted" || deed === "approval.refused");
  for (const [place, rows] of Map.groupBy(answered, (row) => `of account ${row.account_id} for request ${row.request_id}`))
    if (rows.length > 1) verdict.count("codesUsedTwice", `the code ${place} was spent ${rows.length} times`);
}
