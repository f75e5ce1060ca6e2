import type { Hono } from "hono";
import type { Context } from "../context.ts";
import { openApiDocument } from "./document.ts";
import { ovhIndex, ovhResources, ovhSchema } from "./ovh-schema.ts";
import type { ApiEnv, Visit } from "./serve-route.ts";
import { prefixes } from "./served-routes.ts";

/** Lets everybody read what there is: `/` and `/{resource}.json` in OVHcloud's form, and `/openapi.json`. Each is made once, when it is first asked for. */
export function serveDescriptions(context: Context, api: Hono<ApiEnv>): void {
  const base = context.settings.baseUrl.replace(/\/$/, "");
  for (const prefix of prefixes) {
    const serve = (path: string, make: () => unknown): void => {
      let made: string | undefined;
      const answer = (visit: Visit): Response => {
        made ??= JSON.stringify(make());
        return visit.body(made, 200, { "Content-Type": "application/json", "Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*" });
      };
      api.get(prefix + path, answer);
    };
    for (const index of ["", "/"]) serve(index, () => ovhIndex(context, base + prefix));
    serve("/openapi.json", () => openApiDocument(context));
    for (const name of ovhResources(context)) serve(`/${name}.json`, () => ovhSchema(context, name, base + prefix));
  }
}
