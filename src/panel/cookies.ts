import type { Context as Request } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Context } from "../context.ts";
import { isLoopbackHost } from "../domain/loopback.ts";

/** Cookies of the panel: `__Host-` and `Secure` exactly when the base URL is https or this machine's own (browsers take that for secure). */
export interface Cookies {
  read(request: Request, name: string): string | undefined;
  write(request: Request, name: string, value: string, seconds?: number): void;
  drop(request: Request, name: string): void;
  /** A cookie that only we can read, and only until its time is over. */
  readSealed(request: Request, name: string): string | undefined;
  writeSealed(request: Request, name: string, value: string, seconds: number): void;
}

export function panelCookies(context: Context): Cookies {
  const base = new URL(context.settings.baseUrl);
  const secure = base.protocol === "https:" || isLoopbackHost(base.hostname);
  const options = { path: "/", httpOnly: true, sameSite: "Lax", secure } as const;
  const full = (name: string) => (secure ? `__Host-${name}` : name);
  const read: Cookies["read"] = (request, name) => getCookie(request, full(name));
  const write: Cookies["write"] = (request, name, value, seconds) =>
    setCookie(request, full(name), value, seconds === undefined ? options : { ...options, maxAge: seconds });
  return {
    read,
    write,
    drop: (request, name) => void deleteCookie(request, full(name), options),
    readSealed: (request, name) => {
      const text = context.secrets.open("cookie", read(request, name) ?? "", name);
      const cut = text?.indexOf(" ") ?? -1;
      return text !== undefined && Number(text.slice(0, cut)) > context.clock() ? text.slice(cut + 1) : undefined;
    },
    writeSealed: (request, name, value, seconds) =>
      write(request, name, context.secrets.seal("cookie", `${context.clock() + seconds * 1000} ${value}`, name), seconds),
  };
}
