import { type Desk, openDesk, type Scene } from "./desk.ts";
import type { Draft, Sender } from "./draft.ts";
import { htmlPart } from "./html-part.ts";
import { addressChanged } from "./letters/address-changed.ts";
import { changeAddress } from "./letters/change-address.ts";
import { changeCancelled } from "./letters/change-cancelled.ts";
import { changeDone } from "./letters/change-done.ts";
import { changeExpired } from "./letters/change-expired.ts";
import { changeFailed } from "./letters/change-failed.ts";
import { changeRefused } from "./letters/change-refused.ts";
import { changeReminder } from "./letters/change-reminder.ts";
import { changeRequested } from "./letters/change-requested.ts";
import { confirmAddress } from "./letters/confirm-address.ts";
import { keyCreated } from "./letters/key-created.ts";
import { renewalDue } from "./letters/renewal-due.ts";
import { renewed } from "./letters/renewed.ts";
import { resetPassword } from "./letters/reset-password.ts";
import { serviceExpired } from "./letters/service-expired.ts";
import { signedUp } from "./letters/signed-up.ts";
import type { Letter, LetterName } from "./letters.ts";
import { textPart } from "./text-part.ts";

export type RenderedLetter = { subject: string; text: string; html: string };

/** A letter in its recipient's language (§7). Without its secrets, codes are masked. */
export function renderLetter(letter: Letter, scene: Scene): RenderedLetter {
  const desk = openDesk(scene);
  const draft = write(letter, desk);
  const sender = senderOf(scene.settings);
  return { subject: draft.subject, text: textPart(draft, desk, sender), html: htmlPart(draft, desk, sender) };
}

/** The name in the sender's address; without one, the host. */
function senderOf({ mailFrom, baseUrl }: Scene["settings"]): Sender {
  const host = new URL(baseUrl).host;
  return { name: /^\s*"?([^"<]*[^"<\s])"?\s*</.exec(mailFrom)?.[1] ?? host, host };
}

type Writers = { [Name in LetterName]: (facts: Extract<Letter, { letter: Name }>["facts"], desk: Desk) => Draft };

const writers: Writers = {
  "signed-up": signedUp,
  "confirm-address": confirmAddress,
  "change-address": changeAddress,
  "address-changed": addressChanged,
  "reset-password": resetPassword,
  "key-created": keyCreated,
  "change-requested": changeRequested,
  "change-reminder": changeReminder,
  "change-done": changeDone,
  "change-refused": changeRefused,
  "change-cancelled": changeCancelled,
  "change-expired": changeExpired,
  "change-failed": changeFailed,
  "renewal-due": renewalDue,
  renewed,
  "service-expired": serviceExpired,
};

/** The name and the facts of a letter belong together, which a table look-up cannot tell the compiler. */
function write(letter: Letter, desk: Desk): Draft {
  return (writers[letter.letter] as (facts: Letter["facts"], desk: Desk) => Draft)(letter.facts, desk);
}
