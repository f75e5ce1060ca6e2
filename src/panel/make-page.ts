import type { AccountView } from "../actions/accounts/account-view.ts";
import type { Context } from "../context.ts";
import { dayIn } from "../domain/dates.ts";
import type { Language } from "../domain/languages.ts";
import { translator } from "../i18n/catalogue.ts";
import { formatDate, formatDateTime, formatDay, formatList, formatMoney, formatNumber, formatTime } from "../i18n/format.ts";
import type { Page } from "./page.ts";

type Given = Pick<Page, "theme" | "nonce" | "here" | "mailbox" | "notice" | "frame"> & { language: Language; account: AccountView | undefined };

/** Everything that pages are given beside their own view. */
export function makePage(context: Context, { account, language, ...given }: Given): Page {
  const { timeZone, products, help, signUp } = context.settings;
  const now = context.clock();
  return {
    ...given,
    language,
    t: translator(language).t,
    date: (at, length) => formatDate(language, at, timeZone, length),
    day: (day, length) => formatDay(language, day, length),
    time: (at) => formatTime(language, at, timeZone),
    dateTime: (at) => formatDateTime(language, at, timeZone),
    number: (value) => formatNumber(language, value),
    money: (amount, currency) => formatMoney(language, amount, currency),
    list: (items) => formatList(language, items),
    now,
    today: dayIn(timeZone, now),
    viewer: account,
    products,
    help: help[language] ?? {},
    signUpOpen: signUp === "open",
  };
}
