/** Letters and digits of a code: 62 of them, so 32 of them hold 190 bits. */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export const codeLength = 32;
/** Wrong codes after which a code is locked until it is sent again (§5). */
export const wrongTriesAllowed = 10;
/** At most one letter a minute and ten in 24 hours for each request and account (§5); as often is somebody asked for a service. */
export const resendPause = 60_000;
export const resendsADay = 10;

/** A new code from chance; bytes of 248 and more are skipped so that every letter is equally likely. `random(n)` gives n bytes. */
export function newCode(random: (bytes: number) => Uint8Array): string {
  let code = "";
  while (code.length < codeLength) {
    for (const byte of random(codeLength)) {
      if (byte < 248 && code.length < codeLength) code += alphabet[byte % 62];
    }
  }
  return code;
}

/** What a code is, as seen by its approver: found by comparing keyed hashes. */
export type CodeMatch = "right" | "older" | "other" | "wrong";

export type Approval = { answer: "accepted" | "refused" | null; wrongTries: number };

export type Judgement = "request-closed" | "already-answered" | "code-locked" | "request-expired" | "right" | "code-replaced" | "code-of-other" | "code-wrong";

/** Judges an answer in the order of §5 of SPEC.md; only `code-of-other` and `code-wrong` count as a wrong try. */
export function judge(request: { answerable: boolean; expiresAt: number }, approval: Approval, match: CodeMatch, now: number): Judgement {
  if (!request.answerable) return "request-closed";
  if (approval.answer !== null) return "already-answered";
  if (approval.wrongTries >= wrongTriesAllowed) return "code-locked";
  if (now >= request.expiresAt) return "request-expired";
  if (match === "right") return "right";
  if (match === "older") return "code-replaced";
  return match === "other" ? "code-of-other" : "code-wrong";
}
