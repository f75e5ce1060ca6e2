import { isForPrograms } from "./api/served-routes.ts";
import type { Fetch } from "./server.ts";

type Face = { fetch: Fetch };

/** One address for people and programs: the API's prefixes, and everything else is the panel's. */
export function frontOf({ api, panel }: { api: Face; panel: Face }): Fetch {
  return (request, environment) => (isForPrograms(pathOf(request.url)) ? api : panel).fetch(request, environment);
}

/** Of the address of a request, which is a whole URL in its plainest form. */
function pathOf(href: string): string {
  const path = href.slice(href.indexOf("/", href.indexOf("//") + 2));
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
}
