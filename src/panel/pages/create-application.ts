import { field, formError } from "../components/field.ts";
import { icon } from "../components/icon.ts";
import { linesField, passwordAgain } from "../components/key-fields.ts";
import type { FormState } from "../forms.ts";
import { html } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";

/** Registers a program that asks others for keys. */
export function createApplicationPage(page: Page, form: FormState): Content {
  const title = page.t("panel:create-application.title");
  const body = html`<div class="medium stack"><div class="head"><a class="back" href="/useraccount/keys">${icon("chevron-left")}${page.t("panel:keys.title")}</a><h1>${title}</h1><p class="soft">${page.t("panel:create-application.text")}</p></div>
<form class="card form" method="post" action="/createApp/" data-turbo="false">${formError(form)}
${field(form, { name: "name", label: page.t("panel:create-key.name"), hint: page.t("panel:create-application.name-hint"), autocomplete: "off", focus: true })}
${linesField(form, { name: "description", label: page.t("panel:create-application.description"), rows: 3 })}
${passwordAgain(page, form)}
<div><button class="button" data-kind="first">${page.t("panel:create-application.do")}</button></div></form></div>`;
  return { title, place: "profile", body };
}
