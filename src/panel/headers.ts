import type { Settings } from "../config.ts";
import { isLoopbackHost } from "../domain/loopback.ts";

/** The headers of every page: nothing from elsewhere, nothing inline without the nonce, shown in no frame. */
export function securityHeaders(settings: Pick<Settings, "baseUrl">, nonce: string): [name: string, value: string][] {
  const base = new URL(settings.baseUrl);
  const https = base.protocol === "https:";
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return [
    ["Content-Security-Policy", policy.join("; ")],
    // With `no-referrer`, forms would be posted with `Origin: null`.
    ["Referrer-Policy", "same-origin"],
    ["X-Content-Type-Options", "nosniff"],
    ["X-Frame-Options", "DENY"],
    ["Cross-Origin-Resource-Policy", "same-origin"],
    ["Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"],
    ...(https || isLoopbackHost(base.hostname) ? [["Cross-Origin-Opener-Policy", "same-origin"] as [string, string]] : []),
    ...(https ? [["Strict-Transport-Security", "max-age=31536000"] as [string, string]] : []),
  ];
}
