import { z } from "zod";
import type { Owner } from "../../storage/tables.ts";

/** One line of at most `most` printable characters. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^\P{C}*$/u);

const address = z
  .string()
  .transform((text) => text.replaceAll("\r\n", "\n").trim())
  .pipe(
    z
      .string()
      .max(500)
      .regex(/^[\P{C}\n]*$/u),
  );

/** The owner's data as the form and the API give them; a name is needed. */
export const ownerSchema = z.object({
  name: line(200).min(1),
  organisation: line(200).default(""),
  address: address.default(""),
  email: z.union([z.literal(""), z.email().max(254)]).default(""),
  phone: line(40).default(""),
});

/** The owner's data as an order or an import gives them: whatever is known. */
export const knownOwnerSchema = ownerSchema.extend({ name: line(200).default("") });

export type OwnerInput = z.input<typeof ownerSchema>;

/** Nothing is known of the owner. */
export const unknownOwner: Owner = { name: "", organisation: "", address: "", email: "", phone: "" };

/** What a service's row says of its owner. */
export function ownerOf(service: { owner_json: string }): Owner {
  return { ...unknownOwner, ...(JSON.parse(service.owner_json) as Partial<Owner>) };
}
