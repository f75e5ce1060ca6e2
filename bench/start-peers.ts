import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { directus } from "./peers/directus.ts";
import type { Peer, PeerAccount, PeerData, PeerService, RunningPeer } from "./peers/peer.ts";

const peers: Readonly<Record<string, Peer>> = { directus };
export const peerNames = Object.keys(peers);

/** Starts those of these names that can be installed here on the data of the prepared database; says of the others why not. */
export async function startPeers(names: readonly string[], cache: string, prepared: string): Promise<{ name: string; peer: RunningPeer }[]> {
  const data = dataOf(prepared);
  const running = [];
  for (const name of names) {
    const peer = peers[name];
    if (!peer) throw new Error(`there is no peer ${name}`);
    const folder = join(cache, name);
    try {
      await mkdir(folder, { recursive: true });
      await peer.install(folder);
      const started = await peer.start(folder, data);
      running.push({ name: peer.name, peer: started });
      if (started.remark) console.error(`${peer.name}: ${started.remark}`);
    } catch (error) {
      console.error(`${peer.name} is left out: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return running;
}

function dataOf(prepared: string): PeerData {
  const read = <Row>(sql: string) =>
    function* (): Generator<Row> {
      const db = new DatabaseSync(join(prepared, "handover.db"), { readOnly: true });
      try {
        yield* db.prepare(sql).iterate() as unknown as Iterable<Row>;
      } finally {
        db.close();
      }
    };
  return {
    name: basename(prepared),
    accounts: read<PeerAccount>("select id, handle, name, email from account order by id"),
    services: read<PeerService>(
      `select product, name, admin_id as admin, tech_id as tech, billing_id as billing, created_on as "createdOn", expires_on as "expiresOn"
       from service where removed_at is null order by id`,
    ),
  };
}
