import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { openPostgres } from "../../src/storage/postgres.ts";
import { startPostgres } from "./postgres-server.ts";

/** Where databases for tests are made: a way to the server, and the migrated database that each begins as a copy of. */
export type Databases = { url: string; template: string };

let mine: Promise<Databases> | undefined;

/** Those of the run of all tests; a process alone starts a server of its own, which ends with it. */
export function databasesOfRun(): Promise<Databases> {
  const { TEST_POSTGRES_URL: url, TEST_POSTGRES_TEMPLATE: template } = process.env;
  if (url && template) return Promise.resolve({ url, template });
  mine ??= (async () => createTemplate(url ?? (await startPostgres()).url("postgres")))();
  return mine;
}

/** Migrated once a run, which is the slow part of a fresh database. */
export async function createTemplate(url: string): Promise<Databases> {
  const template = `handover_template_${randomBytes(6).toString("hex")}`;
  await onServer(url, `create database ${template}`);
  const store = await openPostgres({ url: urlOf(url, template) });
  await store.migrate();
  await store.close();
  return { url, template };
}

/** A fresh database, up to date or empty; `drop` removes it, whoever is still connected. */
export async function createDatabase(state: "migrated" | "empty" = "migrated"): Promise<{ url: string; drop: () => Promise<void> }> {
  const { url, template } = await databasesOfRun();
  const name = `handover_test_${randomBytes(6).toString("hex")}`;
  await onServer(url, `create database ${name} template ${state === "empty" ? "template1" : template}`);
  return { url: urlOf(url, name), drop: () => dropDatabase(url, name) };
}

/** Removes a database of this server, whoever is still connected. */
export function dropDatabase(url: string, name: string): Promise<void> {
  return onServer(url, `drop database if exists ${name} with (force)`);
}

function urlOf(server: string, database: string): string {
  return Object.assign(new URL(server), { pathname: `/${database}` }).href;
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
