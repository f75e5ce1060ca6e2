import { domainToASCII } from "node:url";

/** ASCII before the @, so that no two mailboxes share a key by the case rules of another script; A-labels after it. */
const form =
  /^(?=.{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i;

const longest = 254;

/** An address as it is kept: without the spaces around it, a domain in another script as A-labels. */
export function normaliseAddress(typed: string): string {
  const address = typed.trim();
  const at = address.lastIndexOf("@") + 1;
  const domain = address.slice(at);
  // Only what looks like a domain: the URL parser behind domainToASCII also takes escapes, ports and numbers.
  const foreign = /[^\p{ASCII}]/u.test(domain) && /^[\p{L}\p{M}\p{N}.-]+$/u.test(domain);
  return foreign ? address.slice(0, at) + domainToASCII(domain) : address;
}

/** What is wrong with a normalised address; nothing that passes can break a mail's header. */
export function faultInAddress(address: string): "email-missing" | "email-too-long" | "email-invalid" | undefined {
  if (address === "") return "email-missing";
  if (address.length > longest) return "email-too-long";
  return form.test(address) ? undefined : "email-invalid";
}

/** The form by which an address is found: normalised, lower case. */
export function addressKey(typed: string): string {
  return normaliseAddress(typed).toLowerCase();
}
