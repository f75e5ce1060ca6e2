import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Language, languages } from "../../src/domain/languages.ts";
import { visit } from "../support/browser.ts";
import { openHouse } from "../support/house.ts";
import { acceptByLink, acceptByTyping, isTold, nameContacts, newestCode, signIn } from "./steps.ts";

/** Printed in the guides; the panel has them letter for letter (§8 of SPEC.md). */
const printed: Partial<Record<Language, { contacts: string; requests: string; resend: string }>> = {
  nl: { contacts: "Mijn contacten", requests: "Mijn verzoeken", resend: "Verzoek opnieuw verzenden" },
  fi: { contacts: "Omat kontaktit", requests: "Omat pyynnöt", resend: "Lähetä pyyntö uudelleen" },
  pl: { contacts: "Moje kontakty", requests: "Moje zlecenia", resend: "Wyślij ponownie zlecenie" },
  es: { contacts: "Mis contactos", requests: "Mis solicitudes", resend: "Volver a enviar la solicitud" },
  cs: { contacts: "Moje kontakty", requests: "Mé požadavky", resend: "Znovu odeslat požadavek" },
};

describe("the whole story", () => {
  for (const language of languages) {
    test(`goes through to the end in ${language}`, async (t) => {
      const house = await openHouse(t);
      for (const name of ["alice", "dave"] as const) await house.alter(name, { language });
      const alice = await visit(t, house, { language });
      await alice.page.goto("/sign-in");
      assert.equal(await alice.page.locator("html").getAttribute("lang"), language, "signed out, the browser's language counts");
      await signIn(alice, "alice");
      await nameContacts(alice, "example.net", { tech: "dave" });
      await acceptByLink(alice, await newestCode(alice, "alice"));
      await isTold(alice, alice.t("panel:news.accepted"));

      const dave = await visit(t, house, { language });
      await signIn(dave, "dave");
      const labels = printed[language];
      if (labels) {
        await dave.page.goto("/useraccount/contacts/1");
        await dave.page.getByRole("button", { name: labels.resend, exact: true }).waitFor();
        await dave.page.getByRole("link", { name: labels.requests }).first().click();
        await dave.page.getByRole("heading", { name: labels.contacts }).waitFor();
      }
      const answer = await newestCode(dave, "dave");
      await acceptByTyping(dave, answer);
      await isTold(dave, dave.t("panel:news.done"));
      assert.equal((await house.contacts()).tech, "dave");
      assert.equal(await dave.page.locator("html").getAttribute("lang"), language);
      const subjects = (await house.letters("dave")).map(({ subject }) => subject);
      assert.equal(new Set(subjects).size, 2, "asked, and done");
    });
  }
});
