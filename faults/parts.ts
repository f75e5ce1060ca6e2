import type { Part } from "./part.ts";
import { badClients } from "./parts/bad-clients.ts";
import { blockedRow } from "./parts/blocked-row.ts";
import { brokenConnections } from "./parts/broken-connections.ts";
import { clocks } from "./parts/clocks.ts";
import { cutBackends } from "./parts/cut-backends.ts";
import { fullDisk } from "./parts/full-disk.ts";
import { ioErrors } from "./parts/io-errors.ts";
import { killJobs } from "./parts/kill-jobs.ts";
import { killNode } from "./parts/kill-node.ts";
import { killServer } from "./parts/kill-server.ts";
import { mailKills } from "./parts/mail-kills.ts";
import { mailServer } from "./parts/mail-server.ts";
import { model } from "./parts/model.ts";
import { oneCode } from "./parts/one-code.ts";
import { patroniKills } from "./parts/patroni-kills.ts";
import { patroniNodeKills } from "./parts/patroni-node-kills.ts";
import { powerLoss } from "./parts/power-loss.ts";
import { walDamage } from "./parts/wal-damage.ts";

/** All parts, in the order in which they run and stand in the table. */
export const parts: readonly Part[] = [
  killServer,
  killNode,
  killJobs,
  cutBackends,
  blockedRow,
  brokenConnections,
  patroniKills,
  patroniNodeKills,
  powerLoss,
  walDamage,
  ioErrors,
  fullDisk,
  mailServer,
  mailKills,
  badClients,
  clocks,
  model,
  oneCode,
];
