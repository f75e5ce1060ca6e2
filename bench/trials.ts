import { deepEqual } from "node:assert/strict";
import { keyHashOf, sessionOf, signedRequest, type Unsigned } from "./bench-keys.ts";
import { type Contender, sendOnce, type Trial } from "./contender.ts";
import type { Askable, Person } from "./furnish.ts";
import type { HttpRequest, RunningPeer } from "./peers/peer.ts";
import { type Site, sizes } from "./prepare-site.ts";
import type { RunningServer } from "./start-server.ts";

/** Those that are measured side by side. */
export type Field = { ours: RunningServer; ceiling?: RunningServer | undefined; peers: { name: string; peer: RunningPeer }[] };

const page = { "X-Pagination-Mode": "CachedObjectList-Pages", "X-Pagination-Size": "50" };

/** What only reads, as far as it is wanted. */
export async function readingTrials(field: Field, site: Site, clients: number, wants: (key: string) => boolean): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const wanted of readings(site)) if (wants(wanted.key)) trials.push(await reading(field, wanted, clients));
  if (wants("html")) trials.push(await htmlTrial(field, site.small, clients));
  return trials;
}

/** `ceiling`: the path where the ceiling gives the same for the same key. */
type Call = { by: Person; call: Unsigned; ceiling?: string };

/** `calls`: sent one after another, over and over; `clients`: where it matters how many there are; `listed`: peers list the services of this account. */
type Reading = { name: string; key: string; calls: readonly Call[]; clients?: number; listed?: Person };

/** Of so many accounts each asks about a service of its own. */
const askers = 1000;

function readings(site: Site): Reading[] {
  const list = (by: Person, name: string, key: string): Reading => {
    return { name, key, calls: [{ by, call: { method: "GET", path: "/1.0/services", headers: page }, ceiling: "/list" }], listed: by };
  };
  const search = (text: string, name: string, key: string): Reading => {
    return { name, key, calls: [{ by: site.huge, call: { method: "GET", path: `/1.0/services?search=${text}`, headers: page } }] };
  };
  const asked = { deed: "run", product: "domain" };
  const may = ({ name, admin }: Askable): Call => {
    const query = `?${new URLSearchParams({ ...asked, name }).toString()}`;
    return { by: admin, call: { method: "GET", path: `/1.0/services/may${query}` }, ceiling: `/check${query}` };
  };
  const mayAll: Unsigned = { method: "POST", path: "/1.0/services/may", body: { ...asked, names: site.named } };
  const requests: Unsigned = { method: "GET", path: "/1.0/me/task/contactChange", headers: page };
  return [
    list(site.small, "list 50 of 1,000", "list"),
    list(site.middle, "list 50 of 10,000", "list-middle"),
    // A small site has no account that is larger than the one in the middle.
    ...(site.huge.services > sizes[1] ? [list(site.huge, `list 50 of ${site.huge.services.toLocaleString("en")}`, "list-huge")] : []),
    search("42-service", "search among these", "search"),
    search("zzzz", "the same without a match", "search-none"),
    { name: "may this account?", key: "check", calls: site.askable.slice(0, askers).map(may) },
    { name: "the same for 1,000, one client", key: "check-batch", calls: [{ by: site.small, call: mayAll, ceiling: "/check-batch" }], clients: 1 },
    { name: "my requests, 50", key: "requests", calls: [{ by: site.listed, call: requests, ceiling: "/requests" }] },
  ];
}

async function reading({ ours, ceiling, peers }: Field, wanted: Reading, most: number): Promise<Trial> {
  const { name, key, calls, listed, clients = most } = wanted;
  const signed = (): HttpRequest[] => calls.map(({ by, call }) => signedRequest(ours.url, by.handle, call));
  const contenders: Contender[] = [{ name: "handover", server: ours, requests: signed }];
  const bare = calls.flatMap(({ by, call, ceiling: path }) => (path === undefined ? [] : [bareRequest(path, by, call)]));
  if (ceiling && bare.length > 0) {
    await compareAnswers([ours.url, signed()], [ceiling.url, bare], name);
    contenders.push({ name: "ceiling", server: ceiling, requests: () => bare });
  }
  for (const { name: peerName, peer } of peers) {
    if (!listed) break;
    const request = await peer.list(listed.id);
    contenders.push({ name: peerName, server: peer, requests: () => [request] });
  }
  return { name, key, once: false, clients, contenders };
}

type Asked = [url: string, requests: readonly HttpRequest[]];

/** The ceiling must give the same JSON, or nothing is compared. */
async function compareAnswers([url, requests]: Asked, [bareUrl, bare]: Asked, name: string): Promise<void> {
  const answersOf = async (server: string, request: HttpRequest | undefined): Promise<unknown> => request && JSON.parse(await sendOnce(server, request));
  for (const [at, request] of requests.entries()) {
    deepEqual(await answersOf(bareUrl, bare[at]), await answersOf(url, request), `the ceiling answers otherwise: ${name}`);
  }
}

/** With the hash of the key, as it lies in the database. */
function bareRequest(path: string, by: Person, { method, body }: Unsigned): HttpRequest {
  const key = `${path.includes("?") ? "&" : "?"}key=${keyHashOf(by.handle)}`;
  return { method, path: path + key, headers: {}, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
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
