import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RefusalDetail } from "../../src/domain/refusal.ts";
import { translator } from "../../src/i18n/catalogue.ts";
import { refusalText } from "../../src/i18n/refusal-text.ts";

const say = (detail: RefusalDetail) => refusalText(translator("en"), detail, "Europe/Paris");

test("a refusal names its service by U-labels", () => {
  assert.match(say({ code: "service-expired", service: "xn--bcher-kva.example" }), /^bücher\.example has expired/);
});

test("a refusal says when to try again, with date and zone, and never too early", () => {
  const at = Date.UTC(2026, 10, 28, 8, 14, 1);
  assert.match(say({ code: "resend-too-soon", retryAt: at }), /after 28 November 2026 at 09:15 CET/);
});

test("a refusal names role, holder and request", () => {
  assert.match(say({ code: "role-not-yours", role: "tech", adminHandle: "aa1234-ovh" }), /technical contact.+aa1234-ovh/);
  assert.match(say({ code: "role-held-by-open-request", role: "billing", id: 709287 }), /Request 709287 .+billing contact/);
  assert.match(say({ code: "request-closed", id: 7, state: "aborted" }), /Request 7 is closed \(Cancelled\)/);
});

describe("§4: what is refused at once says exactly why, and what to do", () => {
  const role = "billing";
  const handle = "dd400310-ovh";
  const messages: [RefusalDetail, why: RegExp, what: RegExp][] = [
    [{ code: "nothing-to-change" }, /with that account already/, /Name another account/],
    [{ code: "newcomer-unknown", role, handle }, /no account dd400310-ovh .*billing contact/, /Check the handle/],
    [{ code: "newcomer-inactive", role, handle }, /dd400310-ovh is not active .*billing contact/, /Name another account/],
    [{ code: "newcomer-unverified", role, handle }, /address of dd400310-ovh is not confirmed/, /Ask that person to confirm it/],
    [{ code: "asker-unverified" }, /Your e-mail address is not confirmed/, /Follow the link/],
    [
      { code: "asker-blocked-after-reset", until: Date.UTC(2026, 10, 28, 8, 14) },
      /password was reset by e-mail/,
      /28 November 2026 at 09:14 CET\. Try again then/,
    ],
    [{ code: "role-not-yours", role, adminHandle: handle }, /Your role does not allow/, /Turn to the admin contact.*dd400310-ovh/],
    [{ code: "role-held-by-open-request", role, id: 709287 }, /Request 709287 is still open for this role: billing contact/, /Wait .*or cancel it first/],
    [{ code: "service-expired", service: "example.net" }, /example\.net has expired/, /once it is renewed/],
    [{ code: "service-not-changeable", service: "example.net" }, /contacts of example\.net cannot be changed/, /Turn to your provider/],
    [{ code: "service-not-found", service: "example.net" }, /no service example\.net for this account/, /Check its name/],
    [{ code: "newcomer-cannot-take-billing", handle }, /dd400310-ovh cannot become billing contact at present/, /Name another account, or ask again later/],
    [{ code: "holder-cannot-give-billing", handle }, /dd400310-ovh cannot pass the billing contact on at present/, /Ask again later/],
    [{ code: "account-cannot-change-now", handle }, /dd400310-ovh cannot take part in a change at present/, /ask again later/i],
    [{ code: "you-are-behind" }, /your invoices is past its due date/, /Pay it first/],
    [
      { code: "asked-too-often", handle, retryAt: Date.UTC(2026, 10, 28, 8, 14) },
      /dd400310-ovh was named .*ten times/,
      /Try again after 28 November 2026 at 09:14 CET/,
    ],
    [{ code: "too-many-lookups", retryAt: Date.UTC(2026, 10, 28, 8, 14) }, /too many accounts today/, /Try again after 28 November 2026 at 09:14 CET/],
  ];
  for (const [detail, why, what] of messages) {
    test(detail.code, () => {
      assert.match(say(detail), why);
      assert.match(say(detail), what);
    });
  }
  test("never with a word of somebody else's debts", () => {
    const others = messages.filter(([detail]) => "handle" in detail).map(([detail]) => say(detail));
    assert.ok(others.length >= 6);
    for (const text of others) assert.doesNotMatch(text, /invoice|debt|owe|paid|payment|due/i);
  });
});

test("wrong tries are counted down, and the last one says that the code is locked", () => {
  assert.match(say({ code: "code-wrong", triesLeft: 9 }), /9 tries left/);
  assert.match(say({ code: "code-wrong", triesLeft: 1 }), /1 try left/);
  assert.equal(say({ code: "code-wrong", triesLeft: 0 }), say({ code: "code-locked" }));
});

test("an answer that was given is named", () => {
  assert.match(say({ code: "already-answered", answer: "accepted" }), /accepted this request already/);
  assert.match(say({ code: "already-answered", answer: "refused" }), /refused this request already/);
});
