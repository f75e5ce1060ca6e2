import { openApiDocument } from "../../api/document.ts";
import { apiReference } from "../../api/reference.ts";
import { apiDocsPage } from "../pages/api-docs.ts";
import { type Reception, show } from "../reception.ts";
import type { Visit } from "../visit.ts";

/** What programs can call, for people who write them; in English, open to everybody. */
export function apiDocs(reception: Reception, visit: Visit): Promise<Response> {
  const { context } = reception;
  return show(reception, visit, () => apiDocsPage(apiReference(context), context.settings.baseUrl.replace(/\/$/, "")));
}

/** The same for programs. */
export function apiDocument({ context }: Reception, visit: Visit): Response {
  visit.header("Cache-Control", "public, max-age=300");
  return visit.json(openApiDocument(context));
}
