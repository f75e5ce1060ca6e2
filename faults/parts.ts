import type { Part } from "./part.ts";
import { clocks } from "./parts/clocks.ts";
import { killNode } from "./parts/kill-node.ts";
import { killServer } from "./parts/kill-server.ts";
import { mailServer } from "./parts/mail-server.ts";
import { powerLoss } from "./parts/power-loss.ts";

/** All parts, in the order in which they run and stand in the table. */
export const parts: readonly Part[] = [killServer, killNode, powerLoss, mailServer, clocks];
