import type { Kysely } from "kysely";
import type { Store } from "../store.ts";
import { up as beginning } from "./001-beginning.ts";
import { up as apiKeys } from "./002-api-keys.ts";
import { up as outboxFailures } from "./003-outbox-failures.ts";
import { up as searchedNames } from "./004-searched-names.ts";
import { up as outboxAnswers } from "./005-outbox-answers.ts";
import { up as namesInSteps } from "./006-names-in-steps.ts";
import { up as fewerIndexes } from "./007-fewer-indexes.ts";

export type Migration = (db: Kysely<unknown>, engine: Store["engine"]) => Promise<void>;

/** Every step of the schema in its order. What has run somewhere is never changed: a new file is added. */
export const migrations: Readonly<Record<string, Migration>> = {
  "001-beginning": beginning,
  "002-api-keys": apiKeys,
  "003-outbox-failures": outboxFailures,
  "004-searched-names": searchedNames,
  "005-outbox-answers": outboxAnswers,
  "006-names-in-steps": namesInSteps,
  "007-fewer-indexes": fewerIndexes,
};
