import { z } from "zod";
import type { Amount } from "../actions/invoices/invoice-view.ts";

/** An amount as OVH's clients know it. */
export const price = z
  .object({
    currencyCode: z.string().meta({ description: "ISO 4217; N/A where nothing was ever owed" }),
    text: z.string().meta({ description: "The amount for people" }),
    value: z.number().meta({ description: "The amount for programs, in the currency" }),
  })
  .meta({ id: "order.Price", description: "An amount in a currency" });

/** An amount as it is told. */
export function presentPrice({ amount, currency }: Amount): z.input<typeof price> {
  return { currencyCode: currency, text: `${amount} ${currency}`, value: Number(amount) };
}

/** Nothing, in the currency of something else. */
export const noPrice = (currency: string): z.input<typeof price> => presentPrice({ amount: "0.00", currency });
