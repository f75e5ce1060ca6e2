import type { CompiledQuery } from "kysely";
import type { Role } from "../../domain/role.ts";
import { lowerAscii } from "../lower-ascii.ts";
import { prepareShapes } from "../prepare-shapes.ts";
import type { Queryable } from "../tables.ts";
import type { AskedPage, Keys, MembershipFilter, MembershipPage, Sort } from "./membership-pages.ts";

type Shape = { sort: Sort; role: Role | undefined; direction: "after" | "before" | undefined };
type Values = { account: number; limit: number; product?: string; patterns?: readonly string[]; keys?: Keys };
type More = Readonly<Record<string, string | number>>;

/** A query about a page, compiled once for each kind of page, as in prepare.ts. `more`: what else it is given. */
export function preparePage<Row, Besides extends More = More>(
  build: (db: Queryable, page: AskedPage, more: Besides) => CompiledQuery<Row>,
): (db: Queryable, page: MembershipPage, more: Besides) => Promise<Row[]> {
  const query = prepareShapes((db, { sort, role, direction }: Shape, { account, limit, product, patterns, keys, ...more }: Values & More) =>
    build(db, { account, sort, filter: { product, role, patterns }, limit, from: keys && direction && { keys, direction } }, more as Besides),
  );
  return (db, page, more) => query(db, { sort: page.sort, role: page.filter.role, direction: page.from?.direction }, { ...valuesOf(page), ...more });
}

function valuesOf({ account, limit, filter: { search, product }, from }: MembershipPage): Values {
  return {
    account,
    limit,
    ...(product === undefined ? {} : { product }),
    ...(search ? { patterns: patternsOf(search) } : {}),
    ...(from ? { keys: from.keys } : {}),
  };
}

/** In small letters, with which PostgreSQL compares small letters. */
function patternsOf({ texts, beginning }: NonNullable<MembershipFilter["search"]>): string[] {
  return texts.map((text) => `${beginning ? "" : "%"}${lowerAscii(text).replace(/[\\%_]/g, "\\$&")}%`);
}
