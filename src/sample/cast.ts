import type { Language } from "../domain/languages.ts";

/** Who plays in the demonstration. Addresses are of a domain that is reserved for examples. */
export const players = {
  alice: { handle: "aa100001-ovh", name: "Alice Verhoeven", email: "alice@example.com", language: "en", about: "admin contact" },
  bob: { handle: "bb200417-ovh", name: "Bob Kowalski", email: "bob@example.com", language: "pl", about: "technical contact" },
  carol: { handle: "cc300092-ovh", name: "Carol Virtanen", email: "carol@example.com", language: "fi", about: "billing contact" },
  dave: { handle: "dd400310-ovh", name: "Dave Lindqvist", email: "dave@example.com", language: "en", about: "somebody new" },
  agency: { handle: "ee500000-ovh", name: "Agencia Norte", email: "agency@example.com", language: "es", about: "an agency with 5,000 services" },
  farid: { handle: "ff600123-ovh", name: "Farid Haddad", email: "farid@example.com", language: "fr", about: "behind with a payment" },
} as const satisfies Record<string, { handle: string; name: string; email: string; language: Language; about: string }>;

export type Player = keyof typeof players;

/** All of them, in the order in which they are shown. */
export const cast = [players.alice, players.bob, players.carol, players.dave, players.agency, players.farid] as const;

/** Everybody's password; the data of a demonstration can never be served. */
export const samplePassword = "correct horse battery";
