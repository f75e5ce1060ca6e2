import { isForPrograms } from "./api/served-routes.ts";
import type { Fetch } from "./server.ts";

type Face = { fetch: Fetch };

/** One address for people and programs: the API's prefixes, and everything else is the panel's. */
export function frontOf({ api, panel }: { api: Face; panel: Face }): Fetch {
  return (request, environment) => (isForPrograms(pathOf(request.url)) ? api : panel).fetch(request, environment);
}

/** ms after the start: by then a balancer has been told that the node is ready. */
const soon = 2000;

/** ms between two complaints. */
const tellEvery = 30_000;

/**
 * Opened by the first request that comes here, or soon after the start, of which it would be a quarter: what programs ask is mostly answered before. One
 * that cannot be opened is tried again by the next request, which helps where a file was missing, and told at most twice a minute.
 */
export function openedLater(open: () => Promise<Fetch>, failed: (error: unknown) => void, after = soon): Fetch {
  let opened: Promise<Fetch> | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;
  const tell = (error: unknown): void => {
    if (performance.now() - toldAt < tellEvery) return;
    toldAt = performance.now();
    failed(error);
  };
  const opening = (): Promise<Fetch> =>
    open().catch((error: unknown) => {
      opened = undefined;
      tell(error);
      throw error;
    });
  // Not only by a request: nobody shall wait for it, nor find files that an update has replaced meanwhile.
  setTimeout(() => void (opened ??= opening()).catch(() => {}), after).unref();
  return async (...asked) => (await (opened ??= opening()))(...asked);
}

/** Of the address of a request, which is a whole URL in its plainest form. */
function pathOf(href: string): string {
  const path = href.slice(href.indexOf("/", href.indexOf("//") + 2));
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
}
