import { copyChip } from "../components/handle.ts";
import { icon } from "../components/icon.ts";
import { noticeBox } from "../components/notice.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";

/** What is shown of a key or an application only once. */
export type Secrets = { kind: "signed" | "client"; applicationKey: string; applicationSecret: string; consumerKey?: string | undefined };

/** A page that is seen once: what has just been made, with its secrets. */
export function secretsPage(page: Page, { title, secrets }: { title: string; secrets: Secrets }): Content {
  const body = html`<div class="narrow gate"><div class="card stack"><h1>${title}</h1>${noticeBox("caution", page.t("panel:secrets.once"))}
<dl class="secrets">${lines(page, secrets)}</dl>
<div class="row"><a class="button" data-kind="first" href="/useraccount/keys">${page.t("panel:secrets.back")}</a><a class="button" href="/docs/api">${page.t("panel:keys.docs")}</a></div></div></div>`;
  return { title, place: "profile", body, alone: true };
}

function lines(page: Page, { kind, applicationKey, applicationSecret, consumerKey }: Secrets): Html {
  const line = (key: string, value: string | undefined) =>
    value === undefined ? nothing : html`<dt>${page.t(key)}</dt><dd>${copyChip(page, value)}${icon("copy")}</dd>`;
  if (kind === "client") return html`${line("panel:secrets.client-id", applicationKey)}${line("panel:secrets.client-secret", applicationSecret)}`;
  return html`${line("panel:secrets.application-key", applicationKey)}${line("panel:secrets.application-secret", applicationSecret)}${line("panel:secrets.consumer-key", consumerKey)}`;
}
