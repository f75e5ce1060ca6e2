/** How PostgreSQL itself copies this database. The password is left out: its tools take it from PGPASSWORD or ~/.pgpass. */
export function postgresBackup(databaseUrl: string, file: string): string {
  const url = forTools(databaseUrl);
  const server = `--host=${quoted(url.hostname.replace(/^\[|\]$/g, ""))} --port=${url.port || "5432"}`;
  return [
    "PostgreSQL is backed up by its own tools, which take the password from PGPASSWORD or ~/.pgpass:",
    `  (umask 077; pg_dump --format=custom --file=${quoted(file)} ${quoted(url.href)})`,
    "copies this database as it is now, while the system runs, into a file that nobody else can read. All of the server, from which any later moment can be restored together with its archived log:",
    `  pg_basebackup ${server} --username=REPLICATION_USER --pgdata=NEW_FOLDER --wal-method=stream --checkpoint=fast`,
    "docs/operations.md says how each is restored.",
  ].join("\n");
}

/** How PostgreSQL itself brings such a copy back. */
export function postgresRestore(databaseUrl: string, file: string): string {
  const { username, pathname } = new URL(databaseUrl);
  const owner = quoted(decodeURIComponent(username) || "handover");
  const restored = quoted(`${decodeURIComponent(pathname.slice(1))}_restored`);
  return [
    "PostgreSQL is restored by its own tools, into a new database. Stop every node; then, as root on the database's machine:",
    `  sudo -u postgres createdb --owner=${owner} --encoding=UTF8 ${restored}`,
    `  sudo -u postgres pg_restore --exit-on-error --no-owner --role=${owner} --dbname=${restored} < ${quoted(file)}`,
    "and start the nodes with its name in HANDOVER_DATABASE_URL.",
  ].join("\n");
}

/** Without the password. `no-verify` is a word of Node's driver: PostgreSQL's own for it is `require`. */
function forTools(databaseUrl: string): URL {
  const url = new URL(databaseUrl);
  url.password = "";
  if (url.searchParams.get("sslmode") === "no-verify") url.searchParams.set("sslmode", "require");
  return url;
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
