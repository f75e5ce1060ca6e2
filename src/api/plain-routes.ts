import { pathOf, type ServedRoute } from "./serve-route.ts";
import { prefixes } from "./served-routes.ts";

/** A route that was found, with the values of its parameters; `path`: below the prefix. */
export type FoundRoute = { served: ServedRoute; params: Record<string, string>; path: string };

/** Finds the route of a path in which nothing has to be decoded; undefined: there is none, or not by this method. */
export type FindRoute = (method: string, path: string) => FoundRoute | undefined;

type Kept = { served: ServedRoute; rank: number; names: string[] };
/** The next segment of a path: a word, or any. */
type Fork = { words: Map<string, Fork>; any: Fork | undefined; ends: Map<string, Kept> };

const fork = (): Fork => ({ words: new Map(), any: undefined, ends: new Map() });

/** `all`: of several that fit, the first counts. */
export function plainRoutes(all: readonly ServedRoute[]): FindRoute {
  const root = fork();
  for (const [rank, served] of all.entries()) plant(root, served, rank);
  return (method, path) => {
    const [, prefix = "", ...segments] = path.split("/");
    if (!isPrefix(prefix)) return undefined;
    const found = follow(root, method, segments, 0);
    if (!found) return undefined;
    return { served: found.served, params: paramsOf(found, segments), path: path.slice(prefix.length + 1) };
  };
}

function isPrefix(word: string): boolean {
  return prefixes.some((prefix) => prefix.length === word.length + 1 && prefix.endsWith(word));
}

function plant(root: Fork, served: ServedRoute, rank: number): void {
  let at = root;
  const segments = pathOf(served).split("/").slice(1);
  for (const segment of segments) {
    const next = (segment.startsWith("{") ? at.any : at.words.get(segment)) ?? fork();
    if (segment.startsWith("{")) at.any = next;
    else at.words.set(segment, next);
    at = next;
  }
  const { method } = served.route;
  const names = segments.map((segment) => (segment.startsWith("{") ? segment.slice(1, -1) : ""));
  if (!at.ends.has(method)) at.ends.set(method, { served, rank, names });
}

/** Both ways where there are two. */
function follow(at: Fork, method: string, segments: readonly string[], depth: number): Kept | undefined {
  const segment = segments[depth];
  if (segment === undefined) return at.ends.get(method);
  const word = at.words.get(segment);
  const one = word && follow(word, method, segments, depth + 1);
  const other = at.any && segment !== "" ? follow(at.any, method, segments, depth + 1) : undefined;
  return one && other ? (one.rank < other.rank ? one : other) : (one ?? other);
}

function paramsOf({ names }: Kept, segments: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [at, name] of names.entries()) if (name !== "") params[name] = segments[at] ?? "";
  return params;
}
