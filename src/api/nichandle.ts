import { z } from "zod";
import type { AccountView } from "../actions/accounts/account-view.ts";
import { languageEnum, toldLanguage } from "./languages.ts";
import { datetime, instant } from "./times.ts";

/** What OVH's accounts have and ours do not. */
const notKept = [
  "address",
  "area",
  "birthCity",
  "birthDay",
  "city",
  "companyNationalIdentificationNumber",
  "complementaryAddress",
  "corporationType",
  "customerCode",
  "fax",
  "firstname",
  "italianSDI",
  "kycValidated",
  "nationalIdentificationNumber",
  "organisation",
  "ovhCompany",
  "ovhSubsidiary",
  "phone",
  "phoneCountry",
  "phoneType",
  "purposeOfPurchase",
  "sex",
  "spareEmail",
  "vat",
  "zip",
] as const;

const absent = z.null().meta({ description: "Not kept here" });

/** An account as OVH's clients know it. */
export const nichandle = z
  .object({
    ...(Object.fromEntries(notKept.map((name) => [name, absent])) as Record<(typeof notKept)[number], typeof absent>),
    nichandle: z.string().meta({ description: "The handle" }),
    name: z.string().meta({ description: "The whole name" }),
    email: z.string().meta({ description: "The e-mail address" }),
    language: languageEnum,
    state: z.enum(["complete", "incomplete"]).meta({ id: "nichandle.StateEnum", description: "Whether all is known that is needed" }),
    country: z.literal("UNKNOWN").meta({ description: "Not kept here" }),
    legalform: z.literal("other").meta({ description: "Not kept here" }),
    currency: z
      .object({ code: z.string(), symbol: z.string() })
      .meta({ id: "nichandle.Currency", description: "Accounts have none here, and each invoice its own: N/A" }),
    emailVerified: z.boolean().meta({ description: "Whether the address was confirmed; without it nothing can be asked for" }),
    pendingEmail: z.string().nullable().meta({ description: "The address that will be the account's when it is confirmed" }),
    askingBlockedUntil: datetime.nullable().meta({ description: "After a password reset by e-mail: until when nothing can be asked for" }),
  })
  .meta({ id: "nichandle.Nichandle", description: "Details of an account" });

/** An account as `GET /me` tells it. */
export function presentNichandle(account: AccountView): z.input<typeof nichandle> {
  const { askingBlockedUntil } = account;
  return {
    ...(Object.fromEntries(notKept.map((name) => [name, null])) as Record<(typeof notKept)[number], null>),
    nichandle: account.handle,
    name: account.name,
    email: account.email,
    language: toldLanguage(account.language),
    state: "complete",
    country: "UNKNOWN",
    legalform: "other",
    currency: { code: "N/A", symbol: "" },
    emailVerified: account.emailVerified,
    pendingEmail: account.pendingEmail ?? null,
    askingBlockedUntil: askingBlockedUntil === undefined ? null : instant(askingBlockedUntil),
  };
}
