import { z } from "zod";
import { faultInAddress, normaliseAddress } from "../../domain/email-address.ts";
import { parseHandle } from "../../domain/handle.ts";
import { languages } from "../../domain/languages.ts";
import { faultInPassword, isPersonal, normalisePassword } from "../../domain/password.ts";
import { faultInName, normaliseName } from "../../domain/person-name.ts";

/*
 * The fields of all forms about accounts. The message of each issue is a key (`password-too-short`) that the faces translate.
 */

const field = (normalise: (typed: string) => string, faultIn: (text: string) => string | undefined) =>
  z.string().transform((typed, check) => {
    // Longer than anything that could be meant; what follows need not be quick.
    const text = normalise(typed.slice(0, 2000));
    const message = faultIn(text);
    if (message) check.addIssue({ code: "custom", message, input: undefined });
    return text;
  });

/** 1 to 100 characters on one line. */
export const nameField = field(normaliseName, faultInName);
/** An e-mail address of at most 254 characters. */
export const emailField = field(normaliseAddress, faultInAddress);
/** A password that somebody chooses: 10 to 128 characters. */
export const newPasswordField = field(normalisePassword, faultInPassword);
/** A password that somebody gives to be let in; whether it could be chosen today does not matter. */
export const givenPasswordField = field(normalisePassword, (password) => (password === "" ? "password-missing" : undefined));
/** A handle or an address. */
export const loginField = field(
  (typed) => typed.trim(),
  (login) => (login === "" ? "login-missing" : undefined),
);
/** A code out of a letter, with the spaces and line breaks that copying may add. */
export const codeField = field(
  (typed) => typed.replace(/\s+/g, ""),
  (code) => (code === "" ? "code-missing" : undefined),
);
/** A handle in any case. */
export const handleField = field(
  (typed) => parseHandle(typed) ?? "",
  (handle) => (handle === "" ? "handle-invalid" : undefined),
);
export const languageField = z.enum(languages, "language-unknown");

/** Refuses, as invalid input of the field `password`, a password that everybody knows: the account's own handle, address or name. */
export function checkNotPersonal(password: string, person: { handle?: string; email: string; name: string }): void {
  if (!isPersonal(password, person)) return;
  throw new z.ZodRealError([{ code: "custom", path: ["password"], message: "password-is-personal", input: undefined }]);
}
