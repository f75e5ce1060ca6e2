/** Whether a host (a name or an address, IPv6 with or without brackets) is this machine's own. A name that merely begins like one is not. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(\.[0-9]{1,3}){3}|::1|\[::1\])$/i.test(host);
}
