import { BlockList, isIP } from "node:net";
import { isLoopbackHost } from "../domain/loopback.ts";

/** Finds the address of the client: the socket's own, or, where a trusted proxy speaks, the one that it names (§10 of SPEC.md). */
export type AddressFinder = (socketAddress: string, forwardedFor: string | undefined) => string;

/** `trustedProxies`: addresses or blocks such as `10.0.0.0/8`; empty: nobody's word counts but the socket's. */
export function clientAddressFinder(trustedProxies: readonly string[]): AddressFinder {
  const trusted = blocks(trustedProxies);
  return (socketAddress, forwardedFor) => {
    let address = plain(socketAddress);
    if (forwardedFor === undefined || trustedProxies.length === 0) return address;
    // Read from the right: each proxy adds the address that it saw; the first that is no proxy of ours is the client.
    for (const hop of forwardedFor.split(",").reverse()) {
      if (!holds(trusted, address) || !isIP(plain(hop))) return address;
      address = plain(hop);
    }
    return address;
  };
}

/** Whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  const bare = plain(address);
  return isIP(bare) !== 0 && isLoopbackHost(bare);
}

function blocks(list: readonly string[]): BlockList {
  const made = new BlockList();
  for (const entry of list) {
    const [address = "", bits] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) made.addAddress(address, family);
    else made.addSubnet(address, Number(bits), family);
  }
  return made;
}

function holds(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** IPv4 in IPv6 clothes (`::ffff:…`), which sockets for both show, as IPv4. */
function plain(address: string): string {
  const bare = address.trim();
  if (!bare.startsWith(":")) return bare;
  return /^::ffff:[0-9.]+$/i.test(bare) ? bare.slice(7) : bare;
}
