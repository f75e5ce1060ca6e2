/** What is asked over HTTP, by the names of `--only`. */
export const overHttp = ["list", "list-middle", "list-huge", "search", "search-none", "check", "check-batch", "requests", "html", "ask", "accept"] as const;

/** All that can be measured. `postgres`: one node beside pgbench. */
export const measurements = [...overHttp, "start", "outbox", "import", "slow-disk", "growth", "postgres", "three-nodes", "packages"] as const;

/** What is measured on PostgreSQL alone. */
export const onPostgres: readonly string[] = ["postgres", "three-nodes"];
