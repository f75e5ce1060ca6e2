import type { AccountView } from "../../src/actions/accounts/account-view.ts";
import { signUp } from "../../src/actions/accounts/sign-up.ts";
import type { Settings } from "../../src/config.ts";
import type { AccountActor, Actor } from "../../src/context.ts";
import { openSecrets } from "../../src/outbox/enqueue.ts";
import type { OpenStore } from "./each-store.ts";
import { createWorld, type World } from "./world.ts";

export const operator: Actor = { kind: "operator", source: "test" };
export const home = "192.0.2.7";
export const password = "a horse on the stairs";

type Post = { to: string; letter: string; state: string; facts: Record<string, unknown>; codes: string[] };

/** A world for tests about accounts: people sign up as anybody would, and read their post. */
export interface Household extends World {
  /** Signs up `name@example.com` with the usual password. */
  join(name: string, more?: { email?: string; source?: string }): Promise<{ account: AccountView; session: string; actor: AccountActor }>;
  /** All letters, oldest first, with their codes. */
  post(letter?: string): Promise<Post[]>;
  /** The code of the newest letter of this kind. */
  codeOf(letter: string): Promise<string>;
  /** The deeds of the audit log, oldest first. */
  deeds(): Promise<string[]>;
}

const nameOf = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)} Example`;

export async function createHousehold(options: Partial<Settings> = {}, openStore?: OpenStore): Promise<Household> {
  const world = await createWorld(options, openStore);
  const { context, store } = world;

  const post: Household["post"] = async (letter) => {
    const rows = await store.read.selectFrom("outbox").selectAll().orderBy("created_at").execute();
    return rows
      .filter((row) => letter === undefined || row.letter === letter)
      .map((row) => ({
        to: row.recipient,
        letter: row.letter,
        state: row.state,
        facts: JSON.parse(row.facts_json) as Record<string, unknown>,
        codes: openSecrets(context, row) ?? [],
      }));
  };

  return {
    ...world,
    post,
    async join(name, more = {}) {
      const wanted = { name: nameOf(name), email: more.email ?? `${name}@example.com`, password, language: "en" as const };
      const { account, session } = await signUp(context, more.source ?? home, wanted);
      return { account, session, actor: { kind: "account", id: account.id, handle: account.handle, source: home } };
    },
    async codeOf(letter) {
      const sealed = (await post(letter)).filter((one) => one.codes.length > 0);
      return sealed.at(-1)?.codes[0] ?? "";
    },
    async deeds() {
      const rows = await store.read.selectFrom("audit").select("deed").orderBy("id").execute();
      return rows.map((row) => row.deed);
    },
  };
}

/** The messages of an invalid input, by field; anything else fails. */
export async function faults(promise: Promise<unknown>): Promise<Record<string, string>> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error && error.name === "ZodError" && "issues" in error) {
      const issues = error.issues as { path: string[]; message: string }[];
      return Object.fromEntries(issues.map((issue) => [issue.path.join("."), issue.message]));
    }
    throw error;
  }
  throw new Error("the input was accepted");
}
