import { z } from "zod";
import { type Collected, type CollectInput, collectNamedServices, collectServices, type NamedService } from "../../actions/services/collect-services.ts";
import type { ListedService } from "../../actions/services/listed-service.ts";
import { readCursor } from "../../actions/services/service-cursor.ts";
import { showService } from "../../actions/services/show-service.ts";
import { type Role, roles } from "../../domain/role.ts";
import { contactType, contactTypes } from "../contact-change-task.ts";
import { apiError } from "../errors.ts";
import { expandedService, presentExpanded } from "../expanded-service.ts";
import { MadeJson } from "../made-json.ts";
import { idParam, nameParam } from "../parameters.ts";
import { type Page, type Route, route } from "../route.ts";
import { writeExpanded } from "../write-expanded.ts";

const filters = z.object({
  search: z.string().max(255).optional().meta({ description: "A part of the name; up to two characters: its beginning" }),
  product: nameParam.optional().meta({ description: "Path of a product, e.g. hosting/web" }),
  contactType: contactType.optional().meta({ description: "Only services on which you are this contact" }),
  sort: z.enum(["name", "product", "renewal"]).default("name").meta({ id: "services.SortEnum", description: "By name, by product, or by date of renewal" }),
});

/** The services of an account, of all products. */
export const serviceRoutes: readonly Route[] = [
  route("read-services", {
    method: "GET",
    path: "/services",
    summary: "List all services",
    description: "The ids of those on which you are a contact.",
    query: filters,
    answer: z.array(z.int()),
    expands: expandedService,
    pages: true,
    run: async ({ context, actor, query, page }) => {
      const wanted = { sort: query.sort, search: query.search, product: query.product, role: roleOf(query.contactType) };
      if (!page.expanded) return (await nextServices(page, wanted, (input) => collectServices(context, actor, input))).map((row) => row.id);
      const rows = await nextServices(page, wanted, (input) => collectNamedServices(context, actor, input));
      return new MadeJson(writeExpanded(rows, context.settings.products));
    },
  }),
  route("read-services", {
    method: "GET",
    path: "/services/{serviceId}",
    summary: "Get details about a service",
    params: z.object({ serviceId: idParam }),
    answer: expandedService,
    run: async ({ context, actor, params }) => presentExpanded(named(await showService(context, actor, { id: params.serviceId })), context.settings.products),
  }),
];

function named({ contacts: { admin, tech, billing }, ...service }: ListedService): NamedService {
  return { ...service, handles: { admin: admin.handle, tech: tech.handle, billing: billing.handle } };
}

function roleOf(type: z.output<typeof contactType> | undefined): Role | undefined {
  return roles.find((role) => contactTypes[role] === type);
}

/** The part of a list of services that is asked for; tells the client where it goes on. */
export async function nextServices<T>(page: Page, wanted: CollectInput, collect: (input: CollectInput) => Promise<Collected<T>>): Promise<T[]> {
  if (page.cursor !== undefined && !readCursor(wanted.sort, page.cursor))
    throw apiError(400, "X-Pagination-Cursor must be what an earlier answer to this list gave, with the same sort");
  const { rows, next } = await collect({ ...wanted, after: page.cursor, limit: page.size });
  if (next) page.next(next);
  return rows;
}
