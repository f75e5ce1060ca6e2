import type { Settings } from "../config.ts";
import { isLoopbackHost } from "../domain/loopback.ts";

type Header = [name: string, value: string];

/** The headers of every page, but for its policy: nothing of it goes elsewhere, and it is shown in no frame. */
export function securityHeaders(settings: Pick<Settings, "baseUrl">): Header[] {
  const base = new URL(settings.baseUrl);
  const https = base.protocol === "https:";
  return [
    // With `no-referrer`, forms would be posted with `Origin: null`.
    ["Referrer-Policy", "same-origin"],
    ["X-Frame-Options", "DENY"],
    ["Cross-Origin-Resource-Policy", "same-origin"],
    ["Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"],
    ...(https || isLoopbackHost(base.hostname) ? [["Cross-Origin-Opener-Policy", "same-origin"] as Header] : []),
    ...fileHeaders(settings),
  ];
}

/** The headers of every file: it is what its type says, and comes by https only where we have that. */
export function fileHeaders({ baseUrl }: Pick<Settings, "baseUrl">): Header[] {
  return [
    ["X-Content-Type-Options", "nosniff"],
    ...(new URL(baseUrl).protocol === "https:" ? [["Strict-Transport-Security", "max-age=31536000"] as Header] : []),
  ];
}

/** What a page may load: nothing from elsewhere, nothing inline without the nonce. */
export function contentPolicy(nonce: string): string {
  return `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; ${ownOnly}`;
}

const ownOnly = ["img-src", "font-src", "connect-src", "frame-src", "form-action"]
  .map((what) => `${what} 'self'`)
  .concat("base-uri 'none'", "frame-ancestors 'none'")
  .join("; ");
