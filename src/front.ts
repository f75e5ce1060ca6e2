import type { Fetch } from "./server.ts";

type Face = { fetch: Fetch };

/** One address for people and programs: the API's prefixes, and everything else is the panel's. */
export function frontOf({ api, panel }: { api: Face; panel: Face }): Fetch {
  return (request, environment) => (isForPrograms(new URL(request.url).pathname) ? api : panel).fetch(request, environment);
}

function isForPrograms(path: string): boolean {
  return /^\/(1\.0|v1)(\/|$)/.test(path) || path === "/auth/oauth2/token";
}
