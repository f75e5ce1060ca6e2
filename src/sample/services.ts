import type { ServiceRecord } from "../actions/import/records.ts";
import { addDays } from "../domain/dates.ts";
import { type Player, players } from "./cast.ts";

type Sketch = [product: string, name: string, admin: Player, tech: Player, billing: Player, expiresIn: number | null, more?: Partial<ServiceRecord>];

const owner = {
  name: "Alice Verhoeven",
  organisation: "Verhoeven & Daughters",
  address: "Keizersgracht 1\n1015 AA Amsterdam\nNetherlands",
  email: "owner@example.com",
  phone: "+31 20 555 01 00",
};

/** A dozen products over several states; `expiresIn`: days from today. */
const sketches: Sketch[] = [
  ["domain", "example.net", "alice", "bob", "carol", 54, { owner }],
  ["domain/zone", "example.net", "alice", "bob", "carol", 54],
  ["dedicated/server", "web-01.example.com", "alice", "bob", "carol", 112],
  ["email/domain", "example.org", "alice", "alice", "alice", 101],
  ["storage/netapp", "backup-7", "dave", "alice", "dave", 8],
  ["ip/service", "203.0.113.0/28", "alice", "alice", "alice", null],
  ["domain", "example.com", "dave", "alice", "carol", 9, { renewal: "manual", owner: { name: "Dave Lindqvist" } }],
  ["hosting/web", "example.org", "alice", "bob", "carol", 230],
  ["vps", "vps-4f21.example.com", "alice", "bob", "carol", 24],
  ["email/pro", "example.net", "alice", "bob", "alice", 170],
  ["domain", "xn--bcher-kva.example", "alice", "bob", "farid", 300, { owner: { ...owner, organisation: "Bücher & Co" } }],
  ["domain", "old.example", "alice", "bob", "carol", -20, { renewal: "manual", owner }],
  ["nutanix", "cluster.example.com", "alice", "bob", "carol", 80, { locked: true }],
  ["hosting/privateDatabase", "orders-db", "alice", "bob", "carol", 140],
  ["dbaas/logs", "ldp-example-1", "dave", "dave", "dave", 60],
  ["telephony", "lines-amsterdam", "carol", "bob", "carol", 33],
];

/** The services of the cast, as an import would bring them. `today`: `YYYY-MM-DD`. */
export function castServices(today: string): ServiceRecord[] {
  return sketches.map(([product, name, admin, tech, billing, expiresIn, more]) => ({
    product,
    name,
    contacts: { admin: players[admin].handle, tech: players[tech].handle, billing: players[billing].handle },
    createdOn: addDays(today, -760),
    expiresOn: expiresIn === null ? null : addDays(today, expiresIn),
    renewal: "automatic",
    ...more,
  }));
}

const firstWords = [
  "amber",
  "birch",
  "coral",
  "delta",
  "ember",
  "fjord",
  "grove",
  "harbour",
  "iris",
  "juniper",
  "kestrel",
  "lumen",
  "maple",
  "north",
  "opal",
  "pine",
];
const secondWords = [
  "bakery",
  "books",
  "clinic",
  "cycles",
  "design",
  "foods",
  "garden",
  "hotel",
  "legal",
  "media",
  "music",
  "optics",
  "studio",
  "tours",
  "works",
  "yoga",
];
const agencyProducts = ["domain", "domain", "domain/zone", "hosting/web", "email/domain"];

/** What an agency looks after: `count` services of its customers, the technical side of some with bob. */
export function agencyServices(count: number, today: string): ServiceRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const shop = Math.floor(i / agencyProducts.length);
    const words = `${firstWords[shop % 16]}-${secondWords[Math.floor(shop / 16) % 16]}`;
    const turn = Math.floor(shop / 256);
    const product = agencyProducts[i % agencyProducts.length] ?? "domain";
    return {
      product,
      // The second domain of each shop has another name than the first.
      name: `${words}${turn ? `-${turn}` : ""}${i % agencyProducts.length === 1 ? "-shop" : ""}.example`,
      contacts: { admin: players.agency.handle, tech: (shop % 12 === 0 ? players.bob : players.agency).handle, billing: players.agency.handle },
      createdOn: addDays(today, -30 - (shop % 900)),
      expiresOn: addDays(today, 3 + ((shop * 7) % 360)),
      renewal: shop % 9 === 0 ? "manual" : "automatic",
    };
  });
}
