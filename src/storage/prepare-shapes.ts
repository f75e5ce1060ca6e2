import type { CompiledQuery } from "kysely";
import { prepare } from "./prepare.ts";
import type { Queryable } from "./tables.ts";

/** More shapes than any question has; who makes up others costs a compilation each time. */
const mostShapes = 200;

type Given = Readonly<Record<string, unknown>>;

/**
 * A query whose text depends on what is asked, compiled once for each `shape` that is: that names all on which the text depends, and `build` must not look
 * at the values of what is given, as in prepare.ts.
 */
export function prepareShapes<Shape, G extends Given, Row>(
  build: (db: Queryable, shape: Shape, given: G) => CompiledQuery<Row>,
): (db: Queryable, shape: Shape, given: G) => Promise<Row[]> {
  const known = new Map<string, (db: Queryable, given: G) => Promise<Row[]>>();
  return (db, shape, given) => {
    const key = JSON.stringify([shape, Object.keys(given)]);
    const query = known.get(key) ?? prepare<G, Row>((queryable, places) => build(queryable, shape, places));
    if (known.size >= mostShapes) known.clear();
    known.set(key, query);
    return query(db, given);
  };
}
