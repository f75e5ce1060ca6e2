import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { ZodError } from "zod";
import type { Context } from "../context.ts";
import type { ApiCall } from "../domain/granted-powers.ts";
import { Refusal, type RefusalDetail } from "../domain/refusal.ts";
import { translator } from "../i18n/catalogue.ts";
import { refusalText } from "../i18n/refusal-text.ts";
import type { MailboxItem } from "../outbox/list-mailbox.ts";
import type { Cookies } from "./cookies.ts";
import { type FormState, fieldErrors } from "./forms.ts";
import { type Content, layout } from "./layout.ts";
import type { Notice, Page } from "./page.ts";
import type { DemoAccount } from "./pages/sign-in.ts";
import type { Visit } from "./visit.ts";

/** The letters of a demonstration, which sends none. */
export type Mailbox = {
  /** Newest first. */
  list(filter: { to?: string }): Promise<MailboxItem[]>;
  read(id: string): Promise<MailboxItem | undefined>;
};

/** What the panel is given beside the context. */
export type PanelParts = {
  /** The address at the other end of the socket; empty: unknown. */
  socketAddress: (visit: Visit) => string;
  /** Undefined: there is a mail server, and no /mailbox. */
  mailbox?: Mailbox | undefined;
  /** The calls of the API, to say in words what a key may do. */
  calls: readonly ApiCall[];
  /** Shown on the sign-in page of the demonstration. */
  demoAccounts?: (() => Promise<readonly DemoAccount[]>) | undefined;
};

/** What every route works with. */
export type Reception = { context: Context; cookies: Cookies; parts: PanelParts };

const press = promisify(brotliCompress);

/** The quick end: a page of 50 rows becomes 6 KB of 89 in 0.15 ms. Four times that would save it another 0.8 KB. */
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

/** Answers with a page. */
export async function show(reception: Reception, visit: Visit, content: (page: Page) => Content, status: ContentfulStatusCode = 200): Promise<Response> {
  const page = visit.get("page");
  const text = layout(page, content(page), { refused: status === 422 }).toString();
  if (page.notice && !page.frame) reception.cookies.drop(visit, "news");
  visit.header("Cache-Control", "no-store");
  visit.header("Content-Type", "text/html; charset=utf-8");
  visit.header("Vary", "Accept-Encoding, Cookie, Turbo-Frame");
  if (!/\bbr\b/.test(visit.req.header("Accept-Encoding") ?? "")) return visit.body(text, status);
  visit.header("Content-Encoding", "br");
  return visit.body(new Uint8Array(await press(text, quality)), status);
}

/** Sends the browser on, with what it is to tell there once. */
export function goTo(reception: Reception, visit: Visit, path: string, news?: Notice): Response {
  if (news) reception.cookies.writeSealed(visit, "news", JSON.stringify(news), 60);
  visit.header("Cache-Control", "no-store");
  return visit.redirect(path, 303);
}

/** Runs an action for a form: its result, or what the form shows at which field. What is no refusal goes on to the door. */
export async function attempt<T>(
  reception: Reception,
  visit: Visit,
  work: () => Promise<T>,
  fieldOf: (detail: RefusalDetail) => string = () => "form",
): Promise<{ ok: T } | { errors: FormState["errors"]; refused?: RefusalDetail }> {
  try {
    return { ok: await work() };
  } catch (error) {
    if (error instanceof ZodError) return { errors: fieldErrors(error, visit.get("page").t) };
    if (!(error instanceof Refusal) || isNotFound(error.detail)) throw error;
    return { errors: { [fieldOf(error.detail)]: refusalWords(reception, visit, error.detail) }, refused: error.detail };
  }
}

/** Why a rule said no, in the reader's language. */
export function refusalWords(reception: Reception, visit: Visit, detail: RefusalDetail): string {
  return refusalText(translator(visit.get("page").language), detail, reception.context.settings.timeZone);
}

const notFound: readonly RefusalDetail["code"][] = ["service-not-found", "request-not-found", "application-not-found", "credential-not-found"];

/** What does not exist for this account, whether or not it exists. */
export function isNotFound(detail: RefusalDetail): boolean {
  return notFound.includes(detail.code);
}
