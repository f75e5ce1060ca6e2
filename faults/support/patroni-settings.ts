import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** One machine of the cluster: its ports are on the loopback. */
export type Member = { name: string; folder: string; postgresPort: number; restPort: number };

/** The programs of Debian's newest PostgreSQL; undefined: there is none. */
export function debianPostgres(): string | undefined {
  const folder = "/usr/lib/postgresql";
  const versions = existsSync(folder) ? readdirSync(folder).sort((one, other) => Number(other) - Number(one)) : [];
  return versions.map((version) => join(folder, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
}

/**
 * What Patroni is told of a member. Synchronous mode: while there is a standby, a commit is answered once the standby has it, and only a standby that had all of
 * them may become primary. Not strict: alone, a primary goes on, and nobody may take its place until there is a standby again.
 */
export function memberSettings({ name, folder, postgresPort, restPort }: Member, etcdPort: number): object {
  const login = { username: "postgres", password: "postgres" };
  return {
    scope: "handover",
    name,
    restapi: { listen: `127.0.0.1:${restPort}`, connect_address: `127.0.0.1:${restPort}` },
    etcd3: { host: `127.0.0.1:${etcdPort}` },
    bootstrap: { dcs: clusterSettings, initdb: [{ encoding: "UTF8" }, { locale: "C" }, "data-checksums", { auth: "trust" }] },
    postgresql: {
      listen: `127.0.0.1:${postgresPort}`,
      connect_address: `127.0.0.1:${postgresPort}`,
      data_dir: join(folder, "data"),
      bin_dir: debianPostgres(),
      pgpass: join(folder, "pgpass"),
      authentication: { superuser: login, replication: login, rewind: login },
      parameters: { unix_socket_directories: folder },
      pg_hba: ["local all all trust", "host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"],
      // A primary that died may have written what no standby got. It comes back as a copy of the new one.
      remove_data_directory_on_rewind_failure: true,
      remove_data_directory_on_diverged_timelines: true,
    },
    tags: {},
  };
}

/** `ttl` (s) is how long a dead primary is waited for. Patroni looks every `loop_wait` s; it wants loop_wait + 2 × retry_timeout ≤ ttl. */
const clusterSettings = {
  ttl: 20,
  loop_wait: 2,
  retry_timeout: 5,
  maximum_lag_on_failover: 1048576,
  synchronous_mode: true,
  postgresql: {
    use_pg_rewind: true,
    use_slots: true,
    // What is killed leaves nothing outside its folder.
    parameters: {
      dynamic_shared_memory_type: "mmap",
      max_connections: 200,
      max_wal_size: "256MB",
      wal_keep_size: "128MB",
      jit: "off",
      wal_receiver_timeout: "5s",
      // How soon a standby asks again for what a restarted primary has: until then commits wait.
      wal_retrieve_retry_interval: "500ms",
    },
  },
};

/** haproxy asks each Patroni twice a second whether it is the primary; connections to what is not, or not any more, are closed. */
export function haproxySettings(port: number, members: readonly Member[]): string {
  return `global
  maxconn 1000
defaults
  mode tcp
  timeout connect 2s
  retries 0
  timeout client 1h
  timeout server 1h
  timeout check 2s
listen primary
  bind 127.0.0.1:${port}
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 500ms fastinter 500ms downinter 500ms fall 1 rise 1 on-marked-down shutdown-sessions
${members.map(({ name, postgresPort, restPort }) => `  server ${name} 127.0.0.1:${postgresPort} check port ${restPort}\n`).join("")}`;
}
