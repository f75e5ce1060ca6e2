import type { Generated } from "kysely";

/* The tables of programs and their calls; conventions as in tables.ts. */

/** A program that calls the API. */
export interface ApiApplicationTable {
  id: Generated<number>;
  /** Who has made it; its keys may belong to others, who agreed. */
  account_id: number;
  /** `signed`: its calls are signed; `client`: it is an OAuth2 client with one credential, its owner's own. */
  kind: "signed" | "client";
  /** 16 letters and digits; of an OAuth2 client its id. */
  application_key: string;
  /** 32 letters and digits, readable for us because each signature is computed with it; bound to `application_key`. */
  secret_sealed: string;
  name: string;
  description: string;
  created_at: number;
}

/** What an account allows a program: the consumer key, or the rights of an OAuth2 client. */
export interface ApiCredentialTable {
  id: Generated<number>;
  application_id: number;
  /** Whose rights it uses; null until somebody has agreed. */
  account_id: number | null;
  /** Keyed hash of the consumer key, by which it is found; null for an OAuth2 client. */
  key_hash: string | null;
  /** The consumer key, sealed and bound to `key_hash`, because each signature is computed with it. */
  key_sealed: string | null;
  /** Keyed hash of the secret in the address of the page where somebody agrees; null once that is over. */
  validation_hash: string | null;
  /** `AccessRule[]` */
  rules_json: string;
  /** Addresses and blocks from which alone it may be used; null: from everywhere. */
  allowed_ips_json: string | null;
  /** Where the person goes on to after agreeing. */
  redirection: string | null;
  state: "pendingValidation" | "validated" | "refused";
  created_at: number;
  /** Null: never. While pending: until when one can agree. */
  expires_at: number | null;
  /** Exact to some minutes. */
  last_used_at: number | null;
}

/** An access token of an OAuth2 client; only its keyed hash is kept. */
export interface ApiTokenTable {
  token_hash: string;
  credential_id: number;
  expires_at: number;
}

/** A signature under which something was done (or refused), as long as its time would still be accepted. */
export interface ApiSignatureTable {
  signature_hash: string;
  until: number;
}

/** What was answered to a call that carried an `Idempotency-Key`; null: its answer held a secret. */
export interface ApiAnswerTable {
  account_id: number;
  idempotency_key: string;
  method: string;
  path: string;
  body_hash: string;
  answer_json: string | null;
  at: number;
}
