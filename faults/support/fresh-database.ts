import { Client } from "pg";

/** Makes an empty database on a PostgreSQL server; gives its URL. `server`: the URL of a database of its superuser. */
export async function createFreshDatabase(server: string, name: string): Promise<string> {
  const client = new Client(server);
  await client.connect();
  try {
    await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}
