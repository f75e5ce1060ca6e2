import { deepEqual } from "node:assert/strict";
import { sessionOf, signedRequest, type Unsigned } from "./bench-keys.ts";
import { type Contender, sendOnce, type Trial } from "./contender.ts";
import type { Person } from "./furnish.ts";
import type { HttpRequest, RunningPeer } from "./peers/peer.ts";
import type { Site } from "./prepare-site.ts";
import type { RunningServer } from "./start-server.ts";

/** Those that are measured side by side. */
export type Field = { ours: RunningServer; ceiling?: RunningServer | undefined; peers: { name: string; peer: RunningPeer }[] };

const page = { "X-Pagination-Mode": "CachedObjectList-Pages", "X-Pagination-Size": "50" };
const batch = { "X-Ovh-Batch": "," };
const get = (path: string): HttpRequest => ({ method: "GET", path, headers: {} });

/** Everything that only reads. */
export async function readingTrials(field: Field, site: Site, clients: number): Promise<Trial[]> {
  const listOf = (person: Person, name: string, key: string) =>
    reading({ field, name, key, clients, by: person, call: { method: "GET", path: "/1.0/services", headers: page }, ceiling: `/list?account=${person.id}` });
  const search = (text: string, name: string, key: string) =>
    reading({ field, name, key, clients, by: site.huge, call: { method: "GET", path: `/1.0/services?search=${text}`, headers: page } });
  const [one] = site.askable;
  if (!one) throw new Error("there is no service to ask about");
  const ids = site.askable.filter((each) => each.admin.id === one.admin.id).map((each) => each.serviceId);
  const many = Array.from({ length: 1000 }, (_, at) => ids[at % ids.length]).join(",");
  const trials = [
    await listOf(site.small, "list 50 of 1,000", "list"),
    await listOf(site.middle, "list 50 of 10,000", "list-middle"),
    await listOf(site.huge, "list 50 of 100,000", "list-huge"),
    await search("42-service", "search 100,000", "search"),
    await search("zzzz", "search 100,000, no match", "search-none"),
    await reading({
      field,
      clients,
      name: "may this account?",
      key: "check",
      by: one.admin,
      call: { method: "GET", path: `/1.0/domain/${one.name}/serviceInfos` },
      ceiling: `/check?account=${one.admin.id}&name=${one.name}`,
    }),
    await reading({
      field,
      clients: 1,
      name: "the same for 1,000, one client",
      key: "check-batch",
      by: one.admin,
      call: { method: "GET", path: `/1.0/services/${many}`, headers: batch },
    }),
    await reading({
      field,
      clients,
      name: "my requests, 50",
      key: "requests",
      by: site.listed,
      call: { method: "GET", path: "/1.0/me/task/contactChange", headers: page },
      ceiling: `/requests?account=${site.listed.id}`,
    }),
    await htmlTrial(field, site.small, clients),
  ];
  return addPeers(trials, field, site);
}

type Reading = { field: Field; name: string; key: string; clients: number; by: Person; call: Unsigned; ceiling?: string };

/** Both must give the same JSON, or nothing is compared. */
async function reading({ field, name, key, clients, by, call, ceiling }: Reading): Promise<Trial> {
  const signed = () => [signedRequest(field.ours.url, by.handle, call)];
  const contenders: Contender[] = [{ name: "handover", server: field.ours, requests: signed }];
  const [request] = signed();
  const answer = request && (JSON.parse(await sendOnce(field.ours.url, request)) as unknown);
  if (field.ceiling && ceiling !== undefined) {
    deepEqual(JSON.parse(await sendOnce(field.ceiling.url, get(ceiling))), answer, `the ceiling answers otherwise: ${name}`);
    contenders.push({ name: "ceiling", server: field.ceiling, requests: () => [get(ceiling)] });
  }
  return { name, key, once: false, clients, contenders };
}

async function htmlTrial({ ours }: Field, { handle }: Person, clients: number): Promise<Trial> {
  const request: HttpRequest = {
    method: "GET",
    path: "/useraccount/contacts?tab=SERVICES",
    headers: { Cookie: `__Host-session=${sessionOf(handle)}`, Accept: "text/html" },
  };
  // Who is not signed in is sent to a page that is quick.
  if (!(await sendOnce(ours.url, request)).includes("-service-")) throw new Error("the page of services shows none");
  return { name: "My services as HTML", key: "html", once: false, clients, contenders: [{ name: "handover", server: ours, requests: () => [request] }] };
}

const listed: Readonly<Record<string, (site: Site) => Person>> = {
  list: (site) => site.small,
  "list-middle": (site) => site.middle,
  "list-huge": (site) => site.huge,
};

async function addPeers(trials: Trial[], { peers }: Field, site: Site): Promise<Trial[]> {
  for (const trial of trials) {
    const person = listed[trial.key]?.(site);
    for (const { name, peer } of person ? peers : []) {
      const request = await peer.list(person?.id ?? 0);
      trial.contenders.push({ name, server: peer, requests: () => [request] });
    }
  }
  return trials;
}
