import { addressKey } from "./email-address.ts";
import { parseHandle } from "./handle.ts";

/** What somebody typed to say who he is: a handle in lower case, or else an address in the form in which addresses are found. */
export type Login = { by: "handle" | "address"; key: string };

/** Any case and spaces around it are accepted; what has not the form of a handle is taken for an address. */
export function parseLogin(typed: string): Login {
  const handle = parseHandle(typed);
  return handle ? { by: "handle", key: handle } : { by: "address", key: addressKey(typed) };
}
