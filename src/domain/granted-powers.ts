import { type AccessRule, type ApiMethod, reachOf } from "./access-rule.ts";
import { isForEveryKey, type Power, powers } from "./power.ts";

/** A call of the API, and what whoever may make it can do; undefined: open to everybody. `{product}` stands for the path of each product. */
export type ApiCall = { readonly method: ApiMethod; readonly path: string; readonly power: Power | undefined };

/** `part`: only some of the calls, or some of the things that they are about. */
export type GrantedPower = { readonly power: Power; readonly reach: "whole" | "part" };

/** What access rules allow, in words for people. */
export function grantedPowers(rules: readonly AccessRule[], calls: readonly ApiCall[], products: readonly string[]): GrantedPower[] {
  return powers.flatMap((power) => {
    const reaches = calls
      .filter((call) => call.power === power && !isForEveryKey(call.path))
      .flatMap((call) => pathsOf(call.path, products).map((path) => reach(rules, call.method, path)));
    if (reaches.every((one) => one === undefined)) return [];
    return [{ power, reach: reaches.every((one) => one === "whole") ? ("whole" as const) : ("part" as const) }];
  });
}

/** Whether access rules allow everything that a key can do. */
export function isEverything(rules: readonly AccessRule[], calls: readonly ApiCall[], products: readonly string[]): boolean {
  const guarded = calls.filter((call) => call.power !== undefined && !isForEveryKey(call.path));
  return guarded.length > 0 && guarded.every((call) => pathsOf(call.path, products).every((path) => reach(rules, call.method, path) === "whole"));
}

function pathsOf(path: string, products: readonly string[]): string[] {
  return path.includes("{product}") ? products.map((product) => path.replace("{product}", product)) : [path];
}

function reach(rules: readonly AccessRule[], method: ApiMethod, path: string): "whole" | "part" | undefined {
  const near = rules.filter((rule) => mayMeet(rule.path, path)).map((rule) => reachOf(rule, method, path));
  return near.includes("whole") ? "whole" : near.find((one) => one !== undefined);
}

/** Whether what stands before the first star and the first parameter is the same: most rules are told apart by that. */
function mayMeet(rule: string, path: string): boolean {
  const [fixed, literal] = [rule.split("*", 1)[0] ?? "", path.split("{", 1)[0] ?? ""];
  return fixed.startsWith(literal) || literal.startsWith(fixed);
}
