import { domainToASCII, domainToUnicode } from "node:url";

/** Segments that follow a service's name in a route: a name with one of them would mean two things. */
export const wordsAfterNames: readonly string[] = ["changecontact", "contacthistory", "owner", "serviceinfos"];

/**
 * The form in which the name of a service is stored (§10 of SPEC.md): domains as lower-case A-labels, other names as they
 * are. Undefined where it cannot be a name of this product, or would clash with a route. `products`: all products' paths.
 */
export function storedName(product: { path: string; domainNames: boolean }, typed: string, products: readonly string[]): string | undefined {
  const name = product.domainNames ? domainName(typed.trim()) : printableName(typed.trim());
  return name !== undefined && !clashesWithRoute(product.path, name, products) ? name : undefined;
}

/** How people read a stored name: A-labels as U-labels. */
export function shownName(name: string): string {
  return name.includes("xn--") && /(^|\.)xn--/.test(name) ? domainToUnicode(name) || name : name;
}

function printableName(typed: string): string | undefined {
  return /^[^\p{C}\p{Zl}\p{Zp}]{1,255}$/u.test(typed) ? typed.normalize("NFC") : undefined;
}

function domainName(typed: string): string | undefined {
  if (typed.length <= 253 && plainDomain.test(typed)) return typed;
  // What a URL would take for its own signs is no part of a domain name, though the conversion swallows it.
  if (/[\s\p{C}/:@%?#[\]\\]/u.test(typed)) return undefined;
  const name = domainToASCII(typed.replace(/\.$/, ""));
  const labels = name.split(".");
  if (name.length > 253 || labels.length < 2 || !labels.every(isLabel)) return undefined;
  return /^[0-9]+$/.test(labels.at(-1) ?? "") ? undefined : name;
}

/** What nearly every name is like as it is typed. The conversion leaves it as it is, and takes longer than to find the service. */
const plainDomain = /^(?:(?!xn--)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?!xn--)[a-z](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

function isLabel(label: string): boolean {
  if (!/^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)) return false;
  return !label.startsWith("xn--") || !/^(xn--|$)/.test(domainToUnicode(label));
}

function clashesWithRoute(path: string, name: string, products: readonly string[]): boolean {
  const segments = name.split("/");
  if (segments.some((segment) => segment === "" || segment === "." || segment === "..")) return true;
  if (segments.some((segment) => wordsAfterNames.includes(segment.toLowerCase()))) return true;
  const route = `${path}/${name}/`;
  return products.some((product) => product.length > path.length && route[product.length] === "/" && route.startsWith(product));
}
