/**
 * What a key may call, as OVH's API writes it: a method, and a path that is exact or has `*`, which stands for any characters, `/` too.
 * Paths are compared in one form: each segment decoded and encoded again (`203.0.113.0%2F28`), so that no spelling gets around a rule.
 */
export type AccessRule = { method: ApiMethod; path: string };

export const apiMethods = ["GET", "POST", "PUT", "DELETE"] as const;
export type ApiMethod = (typeof apiMethods)[number];

/** A rule with its path in the one form, or undefined where it is none: an unknown method, no `/` at the beginning, over 500 characters. */
export function parseRule(given: { method: string; path: string }): AccessRule | undefined {
  const method = apiMethods.find((one) => one === given.method.toUpperCase());
  if (!method || !given.path.startsWith("/") || given.path.length > 500 || /[\p{C}\s]/u.test(given.path)) return undefined;
  return { method, path: given.path.split("*").map(canonicalPath).join("*") };
}

/** A path in the one form in which rules are compared. */
export function canonicalPath(path: string): string {
  return (
    path
      .split("/")
      // A star that was encoded is a star in a name, and must not become one that stands for anything.
      .map((segment) => encodeURIComponent(decoded(segment)).replaceAll("*", "%2A"))
      .join("/")
  );
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Whether one of the rules allows a call. `path`: in the one form, without prefix and query. */
export function isGranted(rules: readonly AccessRule[], method: ApiMethod, path: string): boolean {
  return rules.some((rule) => rule.method === method && covers(rule.path, path));
}

/**
 * How far a rule reaches into a route such as `/me/task/contactChange/{id}`: `whole` for all values of its parameters, `part` for some,
 * undefined for none.
 */
export function reachOf(rule: AccessRule, method: ApiMethod, route: string): "whole" | "part" | undefined {
  if (rule.method !== method) return undefined;
  // A sign that no rule can name: only `*` stands for it.
  if (covers(rule.path, route.replace(/\{[^}]+\}/g, "\u0001"))) return "whole";
  return meet(rule.path, route.replace(/\{[^}]+\}/g, "\u0002")) ? "part" : undefined;
}

/** Whether a pattern with `*` fits a text. Takes time in proportion to both lengths at most, whatever the pattern. */
function covers(pattern: string, text: string): boolean {
  let [at, star, from] = [0, -1, 0];
  for (let i = 0; i < text.length; ) {
    if (at < pattern.length && pattern[at] === text[i] && pattern[at] !== "*") {
      at++;
      i++;
    } else if (pattern[at] === "*") {
      star = at++;
      from = i;
    } else if (star >= 0) {
      at = star + 1;
      i = ++from;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

/**
 * Whether a pattern and a route, in which `\u0002` stands for one segment, may have a path in common. Between the first and the last star it does
 * not look: whoever reads what a key may do hears rather too much than too little, and no pattern takes long.
 */
function meet(pattern: string, route: string): boolean {
  const [first, last] = [pattern.indexOf("*"), pattern.lastIndexOf("*")];
  if (first < 0) return beginsAlike(pattern, route) && pattern.split("/").length === route.split("/").length;
  return beginsAlike(pattern.slice(0, first), route) && beginsAlike(reversed(pattern.slice(last + 1)), reversed(route));
}

function beginsAlike(text: string, route: string): boolean {
  let at = 0;
  for (const sign of route) {
    if (at === text.length) return true;
    if (sign !== "\u0002" && sign !== text[at]) return false;
    if (sign !== "\u0002") at++;
    else while (at < text.length && text[at] !== "/") at++;
  }
  return at === text.length;
}

function reversed(text: string): string {
  return [...text].reverse().join("");
}
