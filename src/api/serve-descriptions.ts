import type { Context } from "../context.ts";
import { openApiDocument } from "./document.ts";
import { ovhIndex, ovhResources, ovhSchema } from "./ovh-schema.ts";
import { prefixes } from "./served-routes.ts";
import type { Answer, Visit } from "./visit.ts";

type Serve = (path: string, answer: (visit: Visit) => Answer) => void;

/** Lets everybody read what there is: `/` and `/{resource}.json` in OVHcloud's form, and `/openapi.json`. Each is made once, when it is first asked for. */
export function serveDescriptions(context: Context, serve: Serve): void {
  const base = context.settings.baseUrl.replace(/\/$/, "");
  for (const prefix of prefixes) {
    const tell = (path: string, make: () => unknown): void => {
      let made: string | undefined;
      serve(prefix + path, (visit) => {
        made ??= JSON.stringify(make());
        Object.assign(visit.headers, { "Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*" });
        return { status: 200, json: made };
      });
    };
    for (const index of ["", "/"]) tell(index, () => ovhIndex(context, base + prefix));
    tell("/openapi.json", () => openApiDocument(context));
    for (const name of ovhResources(context)) tell(`/${name}.json`, () => ovhSchema(context, name, base + prefix));
  }
}
