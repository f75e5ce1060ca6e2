import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fillDirectus, forgetCreated, servicesOf, tokenOf, userOf } from "./directus-fill.ts";
import { installDirectus } from "./directus-install.ts";
import { bootstrap, databaseOf, startDirectus } from "./directus-process.ts";
import { describeData } from "./directus-schema.ts";
import type { HttpRequest, Peer, PeerData } from "./peer.ts";

const remark =
  "SQLite's file is in WAL mode with synchronous=FULL, with indexes on each contact, name and relation; users sign in with a static token; what is created is tracked in Directus' activity and revisions, as it does by itself.";

/** Keeps the rows of one `PeerData` at a time in the folder. */
export const directus: Peer = {
  name: "Directus 11.3",
  install: installDirectus,
  async start(folder, data) {
    const place = await placeOf(folder, data);
    const file = databaseOf(place);
    forgetCreated(file);
    const running = await startDirectus(folder, place);
    return {
      ...running,
      list: async (account) => listRequest(account),
      creates: async (account, count) => createRequests(account, count, file),
      remark,
    };
  },
};

async function placeOf(folder: string, data: PeerData): Promise<string> {
  const all = join(folder, "data");
  const place = join(all, encodeURIComponent(data.name));
  if (await stat(place).catch(() => undefined)) return place;
  await rm(all, { recursive: true, force: true });
  const unfinished = join(all, "unfinished");
  await mkdir(unfinished, { recursive: true });
  await bootstrap(folder, unfinished);
  const server = await startDirectus(folder, unfinished);
  const role = await describeData(server.url).finally(() => server.stop());
  fillDirectus(databaseOf(unfinished), role, data);
  await rename(unfinished, place);
  return place;
}

const fields = "id,product,name,admin.handle,tech.handle,billing.handle,created_on,expires_on";

const headersOf = (account: number) => ({ authorization: `Bearer ${tokenOf(account)}` });

const listRequest = (account: number): HttpRequest => ({
  method: "GET",
  path: `/items/services?fields=${fields}&sort=name&limit=50&meta=filter_count`,
  headers: headersOf(account),
});

function createRequests(account: number, count: number, file: string): HttpRequest[] {
  const { ids, other } = servicesOf(file, account, count);
  const [asked_at, expires_at] = [Date.now(), Date.now() + 7 * 86_400_000].map((at) => new Date(at).toISOString());
  const rest = { giver: userOf(account), taker: other, role: "tech", state: "open", asked_at, expires_at };
  return Array.from({ length: count }, (_, i) => ({
    method: "POST",
    path: "/items/change_requests?fields=id",
    headers: { ...headersOf(account), "content-type": "application/json" },
    body: JSON.stringify({ service: ids[i % ids.length], ...rest }),
  }));
}
