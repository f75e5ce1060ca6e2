import { failureReasons } from "../../src/domain/change-request.ts";
import type { LetterSettings } from "../../src/mail/desk.ts";
import type { ChangeFacts, Letter, Person } from "../../src/mail/letters.ts";

export const alice: Person = { handle: "aa100001-ovh", name: "Alice Verhoeven" };
export const bob: Person = { handle: "bb200417-ovh", name: "Bob Kowalski" };
export const carol: Person = { handle: "cc300555-ovh", name: "Carol Nieminen" };
export const dave: Person = { handle: "dd400310-ovh", name: "Dave Lindqvist" };

const names = { en: "Web hosting", nl: "Webhosting", fi: "Webhotelli", pl: "Hosting WWW", es: "Alojamiento web" };
const more = { cs: "Webhosting", fr: "Hébergement web", de: "Webhosting", it: "Hosting web", pt: "Alojamento web" };

export const settings: LetterSettings = {
  baseUrl: "https://contacts.hosting.example",
  timeZone: "Europe/Paris",
  mailFrom: "Example Hosting <contacts@hosting.example>",
  products: [{ path: "hosting/web", names: { ...names, ...more }, icon: "globe", contactsChangeable: true, ownerEditable: false, domainNames: true }],
};

export const code = "h7Kq2mXw9TzR4vLc8NbY3pJd6FsG1aQe";

const at = Date.UTC(2026, 10, 28, 8, 14);

/** Bob's technical place at web-01.example.com, asked for by Alice and meant for Dave. */
export const change: ChangeFacts = {
  id: 709287,
  service: "web-01.example.com",
  product: "hosting/web",
  roles: ["tech"],
  asker: alice,
  from: bob,
  to: dave,
  expiresAt: at,
};

const takeOver: ChangeFacts = { ...change, to: alice, roles: ["tech", "billing"] };
const ownPlace: ChangeFacts = { ...change, asker: bob };
const renewal = { person: carol, service: "xn--bcher-kva.example", product: "hosting/web", expiresOn: "2026-12-21" } as const;

/** Every letter of §7, with every choice of words that its facts make. */
export const letters: readonly { title: string; letter: Letter; secrets: string[] }[] = [
  letter("signed up", { letter: "signed-up", facts: { person: alice } }),
  letter("confirm address", { letter: "confirm-address", facts: { person: alice } }),
  letter("change address", { letter: "change-address", facts: { person: alice, newEmail: "alice@new.example" } }),
  letter("address changed", { letter: "address-changed", facts: { person: alice, newEmail: "alice@new.example" } }, []),
  letter("reset password", { letter: "reset-password", facts: { people: [alice], expiresAt: at, blockedHours: 24 } }),
  letter("reset password of two", { letter: "reset-password", facts: { people: [alice, bob], expiresAt: at, blockedHours: 0 } }, [code, code.toUpperCase()]),
  letter("key created", { letter: "key-created", facts: { person: alice, application: "Contact sync", expiresAt: at } }, []),
  letter("key without an end", { letter: "key-created", facts: { person: alice, application: "Contact sync", expiresAt: null } }, []),
  letter("requested, requester", { letter: "change-requested", facts: { ...change, part: "requester", siblings: [], again: false } }),
  letter("requested, take-over", { letter: "change-requested", facts: { ...takeOver, part: "requester", siblings: [], again: false } }),
  letter("requested, newcomer", {
    letter: "change-requested",
    facts: { ...change, part: "newcomer", siblings: [{ id: 709288, roles: ["billing"], from: carol, to: dave }], again: true },
  }),
  letter("requested, admin", { letter: "change-requested", facts: { ...change, from: alice, roles: ["admin"], part: "newcomer", siblings: [], again: false } }),
  letter("requested, own place", { letter: "change-requested", facts: { ...ownPlace, part: "requester", siblings: [], again: false } }),
  letter("requested, successor", { letter: "change-requested", facts: { ...ownPlace, part: "newcomer", siblings: [], again: false } }),
  letter("reminder, requester", { letter: "change-reminder", facts: { ...change, part: "requester", codeSentAt: at } }, []),
  letter("reminder, newcomer", { letter: "change-reminder", facts: { ...change, part: "newcomer", codeSentAt: at } }, []),
  ...(["requester", "newcomer", "replaced", "admin"] as const).map((part) =>
    letter(`done, ${part}`, { letter: "change-done", facts: { ...change, part } }, []),
  ),
  letter("done, own place", { letter: "change-done", facts: { ...ownPlace, part: "requester" } }, []),
  letter("done, successor", { letter: "change-done", facts: { ...ownPlace, part: "newcomer" } }, []),
  letter("done, take-over", { letter: "change-done", facts: { ...takeOver, part: "requester" } }, []),
  letter("refused by the newcomer", { letter: "change-refused", facts: { ...change, part: "requester", by: dave } }, []),
  letter("refused, by oneself", { letter: "change-refused", facts: { ...change, part: "newcomer", by: dave } }, []),
  letter("cancelled", { letter: "change-cancelled", facts: { ...change, part: "newcomer", by: alice } }, []),
  letter("cancelled, by oneself", { letter: "change-cancelled", facts: { ...change, part: "requester", by: alice } }, []),
  letter("expired", { letter: "change-expired", facts: { ...change, part: "newcomer" } }, []),
  ...failureReasons.map((reason) => letter(`failed, ${reason}`, { letter: "change-failed", facts: { ...change, part: "requester", reason } }, [])),
  ...(["automatic", "manual"] as const).flatMap((mode) =>
    (["month", "week"] as const).map((when) =>
      letter(`renewal, ${mode}, ${when}`, { letter: "renewal-due", facts: { ...renewal, renewal: mode, in: when } }, []),
    ),
  ),
  letter("renewed", { letter: "renewed", facts: { ...renewal, renewal: "automatic" } }, []),
  letter("service expired", { letter: "service-expired", facts: { ...renewal, renewal: "manual" } }, []),
];

function letter(title: string, one: Letter, secrets: string[] = [code]): { title: string; letter: Letter; secrets: string[] } {
  return { title, letter: one, secrets };
}
