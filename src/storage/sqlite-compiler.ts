import { type LimitNode, SqliteQueryCompiler } from "kysely";

/**
 * SQLite plans a statement anew whenever a value is bound to its LIMIT alone, for the plan may depend on it: with a page of a list that takes as long as
 * reading it. Into a sum it does not look.
 */
export class SqliteCompiler extends SqliteQueryCompiler {
  protected override visitLimit(node: LimitNode): void {
    super.visitLimit(node);
    this.append(" + 0");
  }
}
