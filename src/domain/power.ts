/** What a key can do, in words for people: each route of the API belongs to one. */
export const powers = [
  "read-profile",
  "edit-profile",
  "change-address",
  "read-services",
  "ask-for-changes",
  "read-requests",
  "answer-requests",
  "edit-owner",
  "edit-renewal",
  "read-mails",
  "read-invoices",
  "manage-keys",
] as const;
export type Power = (typeof powers)[number];

/** A key may always look at itself and end itself: clients that wait for somebody's yes ask by GET /auth/currentCredential, without a rule for it. */
export function isForEveryKey(path: string): boolean {
  return path.startsWith("/auth/");
}
