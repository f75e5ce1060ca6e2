import { adminToken } from "./directus-process.ts";

const key = { field: "id", type: "integer", meta: { hidden: true }, schema: { is_primary_key: true, has_auto_increment: true } };
const column = (type: string) => (field: string) => ({ field, type, meta: {}, schema: { is_nullable: false } });
const [text, day, time, person] = [column("string"), column("date"), column("timestamp"), column("uuid")];

const collections = [
  {
    collection: "services",
    fields: [key, ...["product", "name"].map(text), ...["admin", "tech", "billing"].map(person), ...["created_on", "expires_on"].map(day)],
  },
  {
    collection: "change_requests",
    fields: [key, column("integer")("service"), ...["giver", "taker"].map(person), ...["role", "state"].map(text), ...["asked_at", "expires_at"].map(time)],
  },
];

const relations = [
  ...["admin", "tech", "billing"].map((field) => ({ collection: "services", field, related_collection: "directus_users" })),
  ...["giver", "taker"].map((field) => ({ collection: "change_requests", field, related_collection: "directus_users" })),
  { collection: "change_requests", field: "service", related_collection: "services" },
];

const self = { _eq: "$CURRENT_USER" };
/** Everybody sees the services of which they are a contact, and their own requests; everybody sees handles. */
const permissions = [
  { action: "read", collection: "services", fields: ["*"], permissions: { _or: [{ admin: self }, { tech: self }, { billing: self }] } },
  { action: "read", collection: "directus_users", fields: ["id", "handle"], permissions: {} },
  { action: "read", collection: "change_requests", fields: ["*"], permissions: { _or: [{ giver: self }, { taker: self }] } },
  { action: "create", collection: "change_requests", fields: ["*"], permissions: {}, validation: { giver: self } },
];

/** Says to Directus, through its API, what a service is and who may see it. Gives the id of the role that customers have. */
export async function describeData(url: string): Promise<string> {
  const post = async (path: string, body: unknown): Promise<string> => {
    const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
    const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
    const said = await answer.text();
    if (!answer.ok) throw new Error(`Directus answered ${answer.status} to ${path}: ${said}`);
    return said === "" ? "" : ((JSON.parse(said) as { data: { id?: string } }).data.id ?? "");
  };
  await post("/fields/directus_users", { field: "handle", type: "string", meta: {}, schema: { is_unique: true } });
  for (const collection of collections) await post("/collections", { meta: {}, schema: {}, ...collection });
  for (const relation of relations) await post("/relations", relation);
  const role = await post("/roles", { name: "customer" });
  const policy = await post("/policies", { name: "customer", app_access: false, admin_access: false });
  await post("/access", { role, policy });
  for (const permission of permissions) await post("/permissions", { policy, ...permission });
  return role;
}
