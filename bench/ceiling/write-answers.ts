import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { prepareEach, type Row } from "./named-statement.ts";
import * as sql from "./statements.ts";

/** What a write is given in its body. */
export type Asked = { service: number; asker: number; newcomer: string };
export type Accepted = { request: number; account: number };

const random = (bytes: number): string => randomBytes(bytes).toString("hex");
const week = 7 * 24 * 3_600_000;
const today = new Date().toISOString().slice(0, 10);

/** The transaction of asking for a change: the statements of the server under test, prepared, without its judgement. */
export function asking(db: DatabaseSync): (asked: Asked) => string {
  const run = prepareEach(db, sql.ask);
  return ({ service, asker, newcomer }) => {
    const now = Date.now();
    const [[mine], [theirs], [seen]] = [run.asker({ asker }), run.newcomer({ newcomer }), run.lock({ service })];
    if (!mine || !theirs || !seen || run.held({ service }).length > 0) throw new Error("it cannot be asked for");
    const to = theirs["id"] ?? 0;
    run.standing({ asker, to, today });
    run.limit({ key: `ask:${service}/${to}`, now });
    const request = run.request({ service, asker, to, now, until: now + week })[0]?.["id"] ?? 0;
    run.role({ service, request });
    run.parties({ asker, to, request });
    run.call({ request });
    const details = JSON.stringify({ from: mine["handle"], to: newcomer, roles: ["tech"] });
    run.log({ now, handle: mine["handle"] ?? "", service, request, details });
    for (const person of [mine, theirs]) {
      const [account, email] = [person["id"] ?? 0, person["email"] ?? ""];
      const approval = run.approval({ request, account, hash: random(32), now, email })[0]?.["id"] ?? 0;
      const facts = letterFacts(seen, mine, theirs, Number(request), now);
      run.letter({ id: random(16), account, email, letter: "change-requested", facts, sealed: random(45), request, approval, now });
    }
    run.signature({ hash: random(32), until: now + 360_000 });
    return `[${request}]`;
  };
}

/** The transaction of an acceptance. */
export function accepting(db: DatabaseSync): (accepted: Accepted) => string {
  const run = prepareEach(db, { ...sql.accept, letter: sql.ask.letter, signature: sql.ask.signature });
  return ({ request, account }) => {
    const now = Date.now();
    const [row] = run.request({ request });
    if (!row || run.party({ account, request }).length === 0) throw new Error("it cannot be accepted");
    const [service, asker, to] = [row["service_id"] ?? 0, row["asker_id"] ?? 0, row["to_id"] ?? 0];
    const people = run.people({ asker, to });
    const [seen] = run.lock({ service });
    const approvals = run.approvals({ request });
    const mine = approvals.find((one) => one["account_id"] === account);
    if (!seen || !mine) throw new Error("it cannot be accepted");
    run.standing({ asker, to, today });
    if (run.claim({ now, approval: mine["id"] ?? 0, serial: mine["serial"] ?? 0 }).length === 0) throw new Error("it was accepted before");
    const handle = people.find((one) => one["id"] === account)?.["handle"] ?? "";
    run.log({ now, handle, deed: "approval.accepted", account, service, request });
    run.signature({ hash: random(32), until: now + 360_000 });
    if (approvals.some((one) => one !== mine && one["answer"] === null)) return "null";
    run.close({ now, account, request });
    run.free({ request });
    run.drop({ request });
    run.move({ to, service });
    run.history({ service, from: asker, to, now, request });
    run.keep({ from: asker, service });
    run.join({ to, service });
    run.count({ to });
    run.log({ now, handle, deed: "change.done", account: null, service, request });
    const [from = {}, newcomer = {}] = [asker, to].map((id) => people.find((one) => one["id"] === id));
    for (const person of [from, newcomer]) {
      const told = { account: person["id"] ?? 0, email: person["email"] ?? "", facts: letterFacts(seen, from, newcomer, request, now) };
      run.letter({ ...told, id: random(16), letter: "change-done", sealed: null, request, approval: null, now });
    }
    return "null";
  };
}

/** As long as those of the server. */
function letterFacts(service: Row, asker: Row, newcomer: Row, id: number, now: number): string {
  const person = ({ name, handle }: Row) => ({ name, handle });
  const people = { asker: person(asker), from: person(asker), to: person(newcomer) };
  const facts = { id, roles: ["tech"], ...people, service: service["name"], product: service["product"], expiresAt: now + week };
  return JSON.stringify({ ...facts, part: "requester", siblings: [], again: false });
}
