import { BlockList, isIP } from "node:net";
import { isLoopbackHost } from "../domain/loopback.ts";
import type { EnvironmentReader } from "./environment.ts";

/** The address people use: https where the system is served; undefined where a demonstration has to build it from its port. */
export function readBaseUrl(reader: EnvironmentReader, mode: "serve" | "demo" | "operate"): string | undefined {
  const name = "HANDOVER_BASE_URL";
  const text = reader.text(name);
  if (text === undefined)
    return mode === "serve" ? reader.problem(name, "must be set: the address people use, such as https://contacts.example.com") : undefined;
  const url = URL.parse(text);
  if (!url || !["http:", "https:"].includes(url.protocol) || url.pathname !== "/" || url.search || url.hash || url.username) {
    return reader.problem(name, `“${text}” is not an address without a path, such as https://contacts.example.com`);
  }
  if (mode === "serve" && url.protocol !== "https:")
    reader.problem(name, "must begin with https: codes and passwords go over it (a proxy in front may speak TLS, or HANDOVER_TLS_CERT and _KEY)");
  if (mode === "demo" && !isLoopbackHost(url.hostname)) reader.problem(name, "the demonstration answers on this machine only: leave it out, or name localhost");
  return url.origin;
}

/** Where to listen. A demonstration stays on the loopback: everybody's mail is readable there. */
export function readHost(reader: EnvironmentReader, mode: "serve" | "demo" | "operate"): string {
  const host = reader.text("HOST") ?? "127.0.0.1";
  if (isIP(host) === 0 && !/^[A-Za-z0-9.-]+$/.test(host)) reader.problem("HOST", `“${host}” is not an address such as 0.0.0.0`);
  else if (mode === "demo" && !isLoopbackHost(host))
    reader.problem("HOST", `“${host}”: the demonstration answers on this machine only (127.0.0.1, ::1 or localhost)`);
  return host;
}

/** Address blocks such as `10.0.0.0/8`; a single address is a block of one. */
export function readTrustedProxies(reader: EnvironmentReader): readonly string[] {
  const blocks = reader.list("HANDOVER_TRUSTED_PROXIES");
  for (const block of blocks) {
    if (!isBlock(block)) reader.problem("HANDOVER_TRUSTED_PROXIES", `“${block}” is not an address or a block such as 10.0.0.0/8`);
  }
  return blocks;
}

function isBlock(text: string): boolean {
  const [address = "", length, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (length === undefined) return true;
  if (!/^[0-9]{1,3}$/.test(length)) return false;
  try {
    new BlockList().addSubnet(address, Number(length), family === 4 ? "ipv4" : "ipv6");
    return true;
  } catch {
    return false;
  }
}
