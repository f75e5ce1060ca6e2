import assert from "node:assert/strict";
import { test } from "node:test";
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

test("wrong tries are counted down, and the last one says that the code is locked", () => {
  assert.match(say({ code: "code-wrong", triesLeft: 9 }), /9 tries left/);
  assert.match(say({ code: "code-wrong", triesLeft: 1 }), /1 try left/);
  assert.equal(say({ code: "code-wrong", triesLeft: 0 }), say({ code: "code-locked" }));
});

test("an answer that was given is named", () => {
  assert.match(say({ code: "already-answered", answer: "accepted" }), /accepted this request already/);
  assert.match(say({ code: "already-answered", answer: "refused" }), /refused this request already/);
});
