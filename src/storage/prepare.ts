import type { CompiledQuery, QueryResult } from "kysely";
import type { Queryable } from "./tables.ts";

/** What a prepared query is given: values, and lists of values or of rows for an insert; none of it undefined, no list empty. */
type Given = Readonly<Record<string, unknown>>;

/** Where a value goes while a query is compiled, by its way through what was given. */
class Place {
  readonly way: readonly (string | number)[];

  constructor(way: readonly (string | number)[]) {
    this.way = way;
  }
}

/** Of one query: lists of any length must not fill the memory. */
const mostShapes = 50;

/**
 * A query that Kysely compiles once for each engine and each length of its lists, and that is only given its values afterwards: compiling takes
 * longer than SQLite's own work. `build` puts what it is given into the query as it is: it sees places, not values, and must not look at them.
 */
export function prepare<G extends Given, Row>(build: Build<G, Row>): (db: Queryable, given: G) => Promise<Row[]> {
  const ask = compiledOnce(build);
  return async (db, given) => (await ask(db, given)).rows;
}

/**
 * The same of a statement that is asked for no rows: how many it has changed, and on SQLite the id of the one that it has put in. There `returning` is
 * a trigger, for which pages are put aside and references looked at once more: a fifth to a half of an insert.
 */
export function prepareWrite<G extends Given>(build: Build<G, unknown>): (db: Queryable, given: G) => Promise<{ changed: number; id: number }> {
  const ask = compiledOnce(build);
  return async (db, given) => {
    const { numAffectedRows, insertId } = await ask(db, given);
    return { changed: Number(numAffectedRows), id: Number(insertId) };
  };
}

type Build<G, Row> = (db: Queryable, given: G) => CompiledQuery<Row>;

function compiledOnce<G extends Given, Row>(build: Build<G, Row>): (db: Queryable, given: G) => Promise<QueryResult<Row>> {
  const compiled = new WeakMap<object, Map<string, CompiledQuery>>();
  return (db, given) => {
    const executor = db.getExecutor();
    const ofEngine = compiled.get(executor.adapter) ?? new Map<string, CompiledQuery>();
    const shape = lengthsOf(given);
    const known = ofEngine.get(shape);
    const { sql, query, queryId, parameters } = known ?? build(db, placesOf(given, []) as G);
    if (!known && ofEngine.size < mostShapes) compiled.set(executor.adapter, ofEngine.set(shape, { sql, query, queryId, parameters }));
    // By way of the executor: Kysely itself would await it once more.
    return executor.executeQuery<Row>({ sql, query, queryId, parameters: parameters.map((parameter) => valueOf(parameter, given)) });
  };
}

/** What the text of a query depends on. */
function lengthsOf(given: Given): string {
  let lengths = "";
  for (const key in given) {
    const list = given[key];
    if (Array.isArray(list)) lengths += `${list.length} `;
  }
  return lengths;
}

function placesOf(given: unknown, way: readonly (string | number)[]): unknown {
  if (typeof given !== "object" || given === null) return new Place(way);
  if (Array.isArray(given)) return given.map((one, index) => placesOf(one, [...way, index]));
  return Object.fromEntries(Object.entries(given).map(([key, one]) => [key, placesOf(one, [...way, key])]));
}

function valueOf(parameter: unknown, given: unknown): unknown {
  if (!(parameter instanceof Place)) return parameter;
  let value = given;
  for (const step of parameter.way) value = (value as Given)[step];
  return value;
}
