import { z } from "zod";
import { askForAddress } from "../../actions/accounts/ask-for-address.ts";
import { askForPassword } from "../../actions/accounts/ask-for-password.ts";
import { confirmOwnAddress } from "../../actions/accounts/confirm-own-address.ts";
import { editProfile } from "../../actions/accounts/edit-profile.ts";
import { sendConfirmation } from "../../actions/accounts/send-confirmation.ts";
import { showAccount } from "../../actions/accounts/show-account.ts";
import type { Language } from "../../domain/languages.ts";
import { apiError } from "../errors.ts";
import { languageEnum, meantLanguage } from "../languages.ts";
import { nichandle, presentNichandle } from "../nichandle.ts";
import { type Route, route } from "../route.ts";
import { addressTaskRoutes, emailChangeTask, presentTask } from "./address-tasks.ts";

const profile = z
  .looseObject({ name: z.string().nullish(), language: languageEnum.nullish() })
  .meta({ description: "The account as GET /me gave it. Only name and language can be changed here; what else is in it is not looked at" });

/** The account itself: who it is, its address and its password. */
export const accountRoutes: readonly Route[] = [
  route("read-profile", {
    method: "GET",
    path: "/me",
    summary: "Get the account",
    description: "What this server does not keep of an account, as addresses and telephone numbers, is null or empty.",
    answer: nichandle,
    run: async ({ context, actor }) => presentNichandle(await showAccount(context, actor)),
  }),
  route("edit-profile", {
    method: "PUT",
    path: "/me",
    summary: "Change name and language of the account",
    description:
      "Takes the whole account as clients send it back. What is left out or null stays as it is. The e-mail address is changed by POST /me/changeEmail.",
    body: profile,
    answer: z.null(),
    run: async ({ context, actor, body }) => {
      await editProfile(context, actor, { name: body.name ?? undefined, language: languageOf(body.language) });
      return null;
    },
  }),
  route("edit-profile", {
    method: "POST",
    path: "/me/changePassword",
    summary: "Send an e-mail by which the password is changed",
    description: "It goes to the account's own address; its link works for an hour.",
    answer: z.null(),
    run: async ({ context, actor }) => {
      await askForPassword(context, actor);
      return null;
    },
  }),
  route("change-address", {
    method: "POST",
    path: "/me/changeEmail",
    summary: "Ask for another e-mail address",
    description:
      "The address becomes the account's when the code that is sent there is given to POST /me/task/emailChange/{id}/accept, or its link is followed. " +
      "The present address is told at once. Not possible for a day after a password reset by e-mail.",
    body: z.object({ newEmail: z.string().meta({ description: "The new address" }) }),
    answer: emailChangeTask,
    kept: (done) => presentTask(done as Parameters<typeof presentTask>[0]),
    run: async ({ context, actor, body }) => presentTask(await askForAddress(context, actor, body)),
  }),
  ...addressTaskRoutes,
  route("edit-profile", {
    method: "POST",
    path: "/me/confirmEmail/resendEmail",
    summary: "Send the e-mail that confirms the address again",
    description: "Where a new address waits, its e-mail is sent again, under a task with a new number. Older codes are dead.",
    answer: z.null(),
    run: async ({ context, actor }) => {
      await sendConfirmation(context, actor);
      return null;
    },
  }),
  route("edit-profile", {
    method: "POST",
    path: "/me/confirmEmail/accept",
    summary: "Confirm the address of the account",
    body: z.object({ token: z.string().meta({ description: "The code that came by e-mail" }) }),
    answer: z.null(),
    run: async ({ context, actor, body }) => {
      await confirmOwnAddress(context, actor, body);
      return null;
    },
  }),
];

function languageOf(given: string | null | undefined): Language | undefined {
  if (given === null || given === undefined) return undefined;
  const language = meantLanguage(given);
  if (!language) throw apiError(400, `[language] There are no texts in ${given} here. Choose another language`, { language: given });
  return language;
}
