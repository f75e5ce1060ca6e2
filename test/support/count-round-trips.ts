import pg from "pg";

/** How often `work` has PostgreSQL asked, by whomever in this process: statements that are asked together count once. */
export async function countRoundTrips(work: () => Promise<unknown>): Promise<number> {
  const { query } = pg.Client.prototype as unknown as { query: (...given: unknown[]) => unknown };
  let trips = 0;
  Object.assign(pg.Client.prototype, {
    query(...given: unknown[]) {
      trips += 1;
      return query.apply(this, given);
    },
  });
  try {
    await work();
  } finally {
    Object.assign(pg.Client.prototype, { query });
  }
  return trips;
}
