import { setTimeout as sleep } from "node:timers/promises";

/** ms that sockets and processes get to close after the part that had them. */
const patience = 3000;

/** What else than standard output keeps this process alive, each kind with its number: processes, servers, sockets, pipes. */
function openResources(): Map<string, number> {
  const kinds = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) if (/^(Process|TCP|Pipe)/.test(kind)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return kinds;
}

/** Gives a function that tells what has been left open since: empty when nothing was. */
export function watchResources(): () => Promise<string[]> {
  const before = openResources();
  const left = (): string[] => [...openResources()].filter(([kind, count]) => count > (before.get(kind) ?? 0)).map(([kind, count]) => `${count} ${kind}`);
  return async () => {
    for (const until = performance.now() + patience; left().length > 0 && performance.now() < until; ) await sleep(50);
    return left();
  };
}
