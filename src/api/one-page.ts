import { apiError } from "./errors.ts";
import type { Page } from "./route.ts";

/** So many whole elements at most, also for those who did not ask for pages. */
const mostExpanded = 1000;

type Part = { before?: number; atMost?: number };

/** The part of a list that was asked for, where each element has a number and the highest come first; tells where to go on. */
export async function onePage<T>(page: Page, read: (part: Part) => Promise<T[]>, numberOf: (element: T) => number): Promise<T[]> {
  if (page.cursor !== undefined && !/^[0-9]{1,16}$/.test(page.cursor)) throw apiError(400, "X-Pagination-Cursor is not one that was given here");
  const before = page.cursor === undefined ? {} : { before: Number(page.cursor) };
  const size = page.size ?? (page.expanded ? mostExpanded : undefined);
  if (size === undefined) return read(before);
  const found = await read({ ...before, atMost: size + 1 });
  const last = found.at(size - 1);
  if (found.length > size && last !== undefined) page.next(String(numberOf(last)));
  return found.slice(0, size);
}
