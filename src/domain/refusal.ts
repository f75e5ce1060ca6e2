import type { Role } from "./role.ts";

/**
 * Every way in which a rule says no, with what its message needs to say why and what to do.
 * `handle`: lower case; `id`: of a change request; times: ms since 1970; the texts stand in i18n/locales/…/refusals.json.
 */
export type RefusalDetail =
  // accounts and signing in
  | { code: "sign-in-failed" }
  | { code: "too-many-tries"; retryAt: number }
  | { code: "account-suspended" }
  | { code: "account-closed"; handle: string }
  | { code: "account-holds-roles"; count: number }
  | { code: "sign-up-closed" }
  | { code: "link-invalid" }
  | { code: "link-expired" }
  | { code: "address-unchanged" }
  | { code: "address-already-confirmed" }
  | { code: "password-wrong" }
  // services
  | { code: "service-not-found"; service: string }
  | { code: "service-exists"; service: string }
  | { code: "service-name-invalid"; service: string }
  | { code: "product-unknown"; product: string }
  | { code: "owner-not-editable" }
  | { code: "not-admin"; adminHandle: string }
  // asking for a change (§4)
  | { code: "nothing-to-change" }
  | { code: "asker-unverified" }
  | { code: "asker-blocked-after-reset"; until: number }
  | { code: "role-not-yours"; role: Role; adminHandle: string }
  | { code: "role-held-by-open-request"; role: Role; id: number }
  | { code: "service-expired"; service: string }
  | { code: "service-not-changeable"; service: string }
  | { code: "newcomer-unknown"; role: Role; handle: string }
  | { code: "newcomer-inactive"; role: Role; handle: string }
  | { code: "newcomer-unverified"; role: Role; handle: string }
  | { code: "newcomer-cannot-take-billing"; handle: string }
  | { code: "holder-cannot-give-billing"; handle: string }
  | { code: "account-cannot-change-now"; handle: string }
  | { code: "you-are-behind" }
  | { code: "too-many-lookups"; retryAt: number }
  | { code: "asked-too-often"; handle: string; retryAt: number }
  // answering (§5), in the order in which an answer is judged
  | { code: "request-not-found"; id: number }
  | { code: "request-closed"; id: number; state: string }
  | { code: "already-answered"; answer: "accepted" | "refused" }
  | { code: "code-locked" }
  | { code: "request-expired"; expiredAt: number }
  | { code: "code-replaced" }
  | { code: "code-of-other" }
  | { code: "code-wrong"; triesLeft: number }
  | { code: "code-missing" }
  | { code: "approver-unverified" }
  | { code: "not-an-approver" }
  // sending again and cancelling
  | { code: "resend-too-soon"; retryAt: number }
  | { code: "resend-limit"; retryAt: number }
  | { code: "cancel-not-yours" }
  | { code: "cancel-too-late" }
  // keys for programs
  | { code: "key-request-not-found" }
  | { code: "key-request-expired" }
  | { code: "application-not-found"; id: number }
  | { code: "credential-not-found"; id: number }
  | { code: "key-only-narrows" }
  | { code: "too-many-keys"; count: number }
  | { code: "too-many-applications"; count: number }
  | { code: "renewal-not-yours"; handle: string }
  // invoices and the outbox, for the operator
  | { code: "account-not-found"; handle: string }
  | { code: "account-exists"; handle: string }
  | { code: "invoice-exists"; id: string }
  | { code: "invoice-not-found"; id: string }
  | { code: "invoice-already-paid"; id: string }
  | { code: "mail-not-found"; id: string };

/** A rule said no. Nothing has changed; the face translates it and says what to do. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly detail: RefusalDetail;

  constructor(detail: RefusalDetail) {
    super(detail.code);
    this.detail = detail;
  }
}

/** Throws a Refusal; the return type lets it stand where a value is expected. */
export function refuse(detail: RefusalDetail): never {
  throw new Refusal(detail);
}
