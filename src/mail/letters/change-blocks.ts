import type { Desk } from "../desk.ts";
import type { Block } from "../draft.ts";
import type { ChangeFacts, Part, Person } from "../letters.ts";

/** Who passes what to whom, as every letter about a request shows it; `stage` chooses the words for before and after. */
export function handover(desk: Desk, facts: ChangeFacts, stage: "open" | "done" | "ended"): Block {
  const holder = (side: "from" | "to"): { label: string; name: string; handle: string } => ({
    label: desk.t(`change.${stage}.${side}`),
    name: desk.name(facts[side]),
    handle: facts[side].handle,
  });
  return { kind: "handover", from: holder("from"), to: holder("to") };
}

/** The service, the roles, who asked, the number; and until when an answer is awaited, where one is. */
export function particulars(desk: Desk, facts: ChangeFacts, until?: "expires"): Block {
  const rows = [
    { label: desk.t("fact.service"), value: `${desk.service(facts.service)} (${desk.product(facts.product)})` },
    { label: desk.t("fact.roles", { count: facts.roles.length }), value: desk.roles(facts.roles) },
    { label: desk.t("fact.asker"), value: desk.person(facts.asker) },
    { label: desk.t("fact.request"), value: String(facts.id) },
  ];
  if (until) rows.push({ label: desk.t("fact.expires"), value: desk.instant(facts.expiresAt) });
  return { kind: "facts", rows };
}

/** What texts about a request can name. */
export function changeValues(desk: Desk, facts: ChangeFacts): Record<"service" | "roles" | "asker" | "from" | "to", string> {
  const { service, roles, asker, from, to } = facts;
  return { service: desk.service(service), roles: desk.roles(roles), asker: desk.name(asker), from: desk.name(from), to: desk.name(to) };
}

/** Who is to become what: "you" for the newcomer and for who takes a place over. */
export function openTitle(facts: ChangeFacts & { part: Part }, desk: Desk): string {
  const you = recipientOf(facts, facts.part)?.handle === facts.to.handle;
  return desk.t(you ? "change.title.open-you" : "change.title.open", changeValues(desk, facts));
}

/** The recipient, by his part; the admin of a service is not named in its facts. */
export function recipientOf(facts: ChangeFacts, part: Part): Person | undefined {
  const people: Record<Part, Person | undefined> = { requester: facts.asker, newcomer: facts.to, replaced: facts.from, admin: undefined };
  return people[part];
}

/** Whether the requester takes the roles over himself: then nobody else answers (§4). */
export const isTakeOver = (facts: ChangeFacts): boolean => facts.asker.handle === facts.to.handle;

/** Which words somebody hears: to name somebody else, to hand on one's own place and to take a place over are not the same. */
export function wordsFor(facts: ChangeFacts & { part: Part }): Part | "take-over" | "own-place" | "successor" {
  const ownPlace = facts.asker.handle === facts.from.handle;
  if (facts.part === "newcomer") return ownPlace ? "successor" : "newcomer";
  if (facts.part !== "requester") return facts.part;
  if (isTakeOver(facts)) return "take-over";
  return ownPlace ? "own-place" : "requester";
}
