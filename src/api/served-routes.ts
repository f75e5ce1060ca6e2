import type { Context } from "../context.ts";
import { routes } from "./routes.ts";
import { pathOf, type ServedRoute } from "./serve-route.ts";

/** The two prefixes under which the same is served. */
export const prefixes = ["/1.0", "/v1"] as const;

/** Whether a path is the API's; all others are for people. */
export function isForPrograms(path: string): boolean {
  return /^\/(1\.0|v1)(\/|$)/.test(path) || path === "/auth/oauth2/token";
}

/** Every route as it is served: those of products once for each, with fixed words before parameters. */
export function servedRoutes({ settings }: Pick<Context, "settings">): ServedRoute[] {
  const served = routes.flatMap((route): ServedRoute[] =>
    route.path.startsWith("/{product}") ? settings.products.map((product) => ({ route, product })) : [{ route }],
  );
  const parameters = (one: ServedRoute): number => pathOf(one).split("{").length;
  return served.toSorted((one, other) => parameters(one) - parameters(other));
}
