import type { RefusalDetail } from "../domain/refusal.ts";
import { shownName } from "../domain/service-name.ts";

/** What a refusal says to the operator, where the words for people speak of their account. */
export function operatorWords(detail: RefusalDetail): string | undefined {
  if (detail.code === "service-not-found")
    return `There is no service ${shownName(detail.service)} of this product. Check both, as \`handover export services\` has them.`;
  if (detail.code === "service-name-invalid")
    return `“${detail.service}” cannot be the name of a service of this product. docs/import.md says which names can be, by the kind of product.`;
  return undefined;
}
