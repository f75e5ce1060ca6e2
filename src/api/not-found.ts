import { apiError } from "./errors.ts";

/** Says that there is nothing with this id: the same whether it does not exist or belongs to somebody else. */
export function notFound(id: number): never {
  throw apiError(404, `The requested object (id = ${id}) does not exist`);
}
