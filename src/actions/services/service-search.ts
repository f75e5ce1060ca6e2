import { domainToASCII } from "node:url";
import type { MembershipFilter } from "../../storage/queries/membership-pages.ts";

/**
 * What a typed search looks for: a part of the name from three characters on, its beginning when shorter (§10 of SPEC.md).
 * Domains are stored as A-labels, so what has another form there is looked for in both.
 */
export function searchFor(typed: string | undefined): MembershipFilter["search"] {
  const text = (typed ?? "").replace(/\p{C}/gu, "").trim().slice(0, 255);
  if (text === "") return undefined;
  const ascii = /^[\p{ASCII}]*$/u.test(text) ? "" : domainToASCII(text);
  return { texts: ascii === "" ? [text] : [text, ascii], beginning: [...text].length < 3 };
}
