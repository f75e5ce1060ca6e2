import { DatabaseSync } from "node:sqlite";
import { whenUnlocked } from "./when-unlocked.ts";

/** ms: a server that has just been stopped may still be closing its files. */
const patience = 3_000;

/**
 * Opens a database so that nobody else can even open it, until it is closed. A lock for writing would be free between two writes of a server, which
 * would go on afterwards in a file that counts no more. `first`: done before it is locked; throws what stands against it.
 */
export async function holdSqlite(file: string, first: string): Promise<DatabaseSync> {
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    db.exec("pragma locking_mode = exclusive");
    await whenUnlocked(() => db.exec(`${first}; begin exclusive`), patience);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
