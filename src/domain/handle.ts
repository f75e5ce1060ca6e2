/** The customer identifier of §1 of SPEC.md: two letters, four to ten digits, a hyphen and the realm; lower case. */
export type Handle = string;

const form = /^[a-z]{2}[0-9]{4,10}-[a-z0-9]{1,16}$/;

/** What somebody typed as a handle, in any case and with spaces around it, or undefined when it has not the form of one. */
export function parseHandle(typed: string): Handle | undefined {
  const handle = typed.trim().toLowerCase();
  return form.test(handle) ? handle : undefined;
}

/** A new handle from six bytes of chance or more: two letters, six digits, the realm. */
export function newHandle(chance: Uint8Array, realm: string): Handle {
  const letters = [chance[0] ?? 0, chance[1] ?? 0].map((byte) => String.fromCharCode(97 + (byte % 26))).join("");
  const number = chance.slice(2, 6).reduce((sum, byte) => (sum * 256 + byte) % 1_000_000, 0);
  return `${letters}${String(number).padStart(6, "0")}-${realm}`;
}
