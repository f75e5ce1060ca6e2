import { BlockList, isIP } from "node:net";
import { type Caller, type CallerFault, findBearer, findSigner } from "../actions/keys/find-caller.ts";
import { signedUrls } from "../auth/signature.ts";
import type { Context } from "../context.ts";
import { callerError, keyError } from "./errors.ts";

/** A request as it came: `target` is path and query, untouched; `body` the raw bytes. */
export type Incoming = { method: string; target: string; source: string; body: Uint8Array; header: (name: string) => string | undefined };

/** Who calls, and by what signature; `timestamp`: ms. Refuses everybody else in the words of OVH's authentication layer. */
export async function authenticate(context: Context, incoming: Incoming): Promise<{ caller: Caller; signature?: { text: string; timestamp: number } }> {
  const authorization = incoming.header("authorization");
  const bearer = authorization === undefined ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  const signed = signedHeaders(incoming);
  const found = bearer ? await findBearer(context, incoming.source, bearer) : await findSignerOf(context, incoming, signed);
  if (typeof found === "string") throw callerError(found, { ours: context.clock(), theirs: signed?.timestamp ?? "" });
  if (found.allowedIPs && !isAmong(incoming.source, found.allowedIPs))
    throw keyError(403, "NOT_GRANTED_CALL", `This call has not been granted from ${incoming.source}`);
  return bearer || !signed ? { caller: found } : { caller: found, signature: { text: signed.signature, timestamp: Number(signed.timestamp) * 1000 } };
}

type Signed = { application: string; consumer: string; timestamp: string; signature: string };

function signedHeaders({ header }: Incoming): Signed | undefined {
  const application = header("x-ovh-application");
  const consumer = header("x-ovh-consumer");
  if (!application || !consumer) return undefined;
  return { application, consumer, timestamp: header("x-ovh-timestamp") ?? "", signature: header("x-ovh-signature") ?? "" };
}

async function findSignerOf(context: Context, incoming: Incoming, signed: Signed | undefined): Promise<Caller | CallerFault> {
  if (!signed) return "no-login";
  const hosts = [incoming.header("host") ?? "", hostOf(context.settings)];
  const call = { ...signed, method: incoming.method, urls: signedUrls(hosts, incoming.target), body: incoming.body };
  return findSigner(context, incoming.source, call);
}

const knownAs = new WeakMap<Context["settings"], string>();

/** As the server is known. */
function hostOf(settings: Context["settings"]): string {
  const host = knownAs.get(settings) ?? new URL(settings.baseUrl).host;
  knownAs.set(settings, host);
  return host;
}

function isAmong(address: string, blocks: readonly string[]): boolean {
  const list = new BlockList();
  for (const block of blocks) {
    const [network = "", bits] = block.split("/");
    const family = isIP(network) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(bits), family);
  }
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? "ipv6" : "ipv4");
}
