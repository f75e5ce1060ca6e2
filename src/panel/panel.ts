import { Hono } from "hono";
import type { Context } from "../context.ts";
import { wholeBody } from "../http/whole-body.ts";
import { assetResponse } from "./assets.ts";
import { panelCookies } from "./cookies.ts";
import { door, knowAccount, lastWord, tell } from "./door.ts";
import { onlyOwnForms } from "./forms.ts";
import { fileHeaders } from "./headers.ts";
import type { PanelParts, Reception } from "./reception.ts";
import * as agree from "./routes/agree.ts";
import * as docs from "./routes/api-docs.ts";
import * as contacts from "./routes/contacts.ts";
import * as newApplication from "./routes/create-application.ts";
import * as newKey from "./routes/create-key.ts";
import * as entrance from "./routes/entrance.ts";
import * as invoices from "./routes/invoices.ts";
import * as keys from "./routes/keys.ts";
import * as links from "./routes/mail-links.ts";
import * as mailbox from "./routes/mailbox.ts";
import * as mails from "./routes/mails.ts";
import * as profile from "./routes/profile.ts";
import * as request from "./routes/request.ts";
import * as service from "./routes/service.ts";
import type { PanelEnv, Visit } from "./visit.ts";

const mostBytes = 64 * 1024;

/** Everything people see. All routes stand here. */
export function createPanel(context: Context, parts: PanelParts): Hono<PanelEnv> {
  const reception: Reception = { context, cookies: panelCookies(context), parts };
  const to = (handler: (reception: Reception, visit: Visit) => Response | Promise<Response>) => (visit: Visit) => handler(reception, visit);
  const panel = new Hono<PanelEnv>();

  const ofFiles = fileHeaders(context.settings);
  panel.get("/static/*", async (visit) => {
    const answer = (await assetResponse(visit.req.path, visit.req.header("Accept-Encoding") ?? "")) ?? visit.text("not found", 404);
    for (const [name, value] of ofFiles) answer.headers.set(name, value);
    return answer;
  });
  panel.use(door(reception));
  panel.use(onlyOwnForms(context.settings.baseUrl));
  panel.use(wholeBody(mostBytes));
  panel.use(knowAccount(reception));

  panel.get("/", to(entrance.home));
  panel.get("/sign-in", to(entrance.signInForm)).post(to(entrance.comeIn));
  panel.post("/sign-out", to(entrance.goOut));
  panel.get("/sign-up", to(entrance.signUpForm)).post(to(entrance.makeAccount));
  panel.get("/forgotten-password", to(links.forgotten)).post(to(links.sendReset));
  panel.get("/reset-password", to(links.resetForm)).post(to(links.setPassword));
  panel.get("/confirm-address", to(links.confirmForm)).post(to(links.confirm));
  panel.post("/confirm-address/send", to(links.sendConfirmationAgain));
  panel.post("/language", to(entrance.chooseLanguage));
  panel.post("/theme", to(entrance.chooseTheme));

  panel.get("/useraccount/contacts", to(contacts.contacts));
  panel.get("/useraccount/contacts.csv", to(contacts.contactsAsCsv));
  panel.get("/useraccount/contacts/:id{[0-9]{1,15}}", to(request.request));
  panel.post("/useraccount/contacts/:id{[0-9]{1,15}}/accept", to(request.accept));
  panel.post("/useraccount/contacts/:id{[0-9]{1,15}}/refuse", to(request.refuseIt));
  panel.post("/useraccount/contacts/:id{[0-9]{1,15}}/resend", to(request.resend));
  panel.post("/useraccount/contacts/:id{[0-9]{1,15}}/cancel", to(request.cancel));
  panel.get("/useraccount/services/:id{[0-9]{1,15}}", to(service.service));
  panel.post("/useraccount/services/:id{[0-9]{1,15}}/contacts", to(contacts.askForChange));
  panel.post("/useraccount/services/:id{[0-9]{1,15}}/owner", to(service.saveOwner));
  panel.post("/useraccount/services/:id{[0-9]{1,15}}/renewal", to(service.saveRenewal));
  panel.get("/useraccount/profile", to(profile.profile)).post(to(profile.saveProfile));
  panel.post("/useraccount/profile/address", to(profile.saveAddress));
  panel.post("/useraccount/profile/password", to(profile.savePassword));
  panel.get("/useraccount/keys", to(keys.keys));
  panel.post("/useraccount/keys/revoke", to(keys.revoke));
  panel.post("/useraccount/keys/remove", to(keys.remove));
  panel.get("/useraccount/invoices", to(invoices.invoices));
  panel.get("/useraccount/mails", to(mails.mails));
  panel.get("/useraccount/mails/:number{[0-9]{1,16}}", to(mails.mail));

  // The addresses that clients of OVH's API know.
  for (const end of ["", "/"]) {
    panel.get(`/auth${end}`, to(agree.agreeForm)).post(to(agree.agree));
    panel.get(`/createApp${end}`, to(newApplication.createApplicationForm)).post(to(newApplication.makeApplication));
    panel.get(`/createToken${end}`, to(newKey.createKeyForm)).post(to(newKey.makeKey));
  }
  panel.post("/auth/decline", to(agree.decline));

  panel.get("/docs/api", to(docs.apiDocs));
  panel.get("/docs/api/openapi.json", to(docs.apiDocument));

  panel.get("/mailbox", to(mailbox.mailbox));
  panel.get("/mailbox/:id{[0-9a-f]+}", to(mailbox.mailboxLetter));
  panel.get("/mailbox/:id{[0-9a-f]+}/html", to(mailbox.mailboxHtml));

  panel.notFound((visit) => tell(reception, visit, "not-found", 404));
  panel.onError(lastWord(reception));
  return panel;
}
