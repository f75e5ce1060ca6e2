import { randomBytes } from "node:crypto";
import type { Name } from "../support/cast.ts";
import type { House } from "../support/house.ts";
import type { Asked } from "./order.ts";

/** An application of this account, which can ask anybody for a key. */
export async function application(house: House, owner: Name): Promise<{ appKey: string; appSecret: string }> {
  const { key, secret } = await insert(house, owner, "signed");
  return { appKey: key, appSecret: secret };
}

/** An OAuth2 client that may call everything as this account. */
export async function oauthClient(house: House, owner: Name): Promise<{ clientID: string; clientSecret: string }> {
  const { id, key, secret } = await insert(house, owner, "client");
  await house.store.write(({ db }) =>
    db
      .insertInto("api_credential")
      .values({
        application_id: id,
        account_id: house.who[owner].id,
        key_hash: null,
        key_sealed: null,
        validation_hash: null,
        rules_json: JSON.stringify(["GET", "POST"].map((method) => ({ method, path: "/*" }))),
        allowed_ips_json: null,
        redirection: null,
        state: "validated",
        created_at: house.clock.now(),
        expires_at: null,
        last_used_at: null,
      })
      .execute(),
  );
  return { clientID: key, clientSecret: secret };
}

/** Agrees to a key for which a program has asked. */
export async function agree(house: House, name: Name, { consumerKey }: Asked): Promise<void> {
  const hash = house.context.secrets.hash("api", consumerKey);
  await house.store.write(({ db }) =>
    db
      .updateTable("api_credential")
      .set({ account_id: house.who[name].id, state: "validated", validation_hash: null, expires_at: null })
      .where("key_hash", "=", hash)
      .executeTakeFirstOrThrow(),
  );
}

async function insert({ context, store, clock, who }: House, owner: Name, kind: "signed" | "client"): Promise<{ id: number; key: string; secret: string }> {
  const [key, secret] = [randomBytes(8).toString("hex"), randomBytes(16).toString("hex")];
  const sealed = context.secrets.seal("api", secret, key);
  const values = { account_id: who[owner].id, kind, application_key: key, secret_sealed: sealed, name: "Script", description: "", created_at: clock.now() };
  const { id } = await store.write(({ db }) => db.insertInto("api_application").values(values).returning("id").executeTakeFirstOrThrow());
  return { id, key, secret };
}
