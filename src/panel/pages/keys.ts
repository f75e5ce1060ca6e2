import type { ApplicationView, KeyView } from "../../actions/keys/key-view.ts";
import { copyChip } from "../components/handle.ts";
import { icon } from "../components/icon.ts";
import { exactRules, fromWhere, type RulesView, rulesInWords } from "../components/key-rules.ts";
import { noticeBox } from "../components/notice.ts";
import { moment } from "../components/request-words.ts";
import { state } from "../components/service-words.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";

/** `words`: what each key may do, by its id. */
export type KeysView = { keys: readonly KeyView[]; applications: readonly ApplicationView[]; words: ReadonlyMap<number, RulesView> };

/** The programs that act for an account, and those that it has registered. */
export function keysPage(page: Page, view: KeysView): Content {
  const title = page.t("panel:keys.title");
  const body = html`<div class="head"><h1>${title}</h1><p class="soft">${page.t("panel:keys.intro")}</p></div>
<div class="row"><a class="button" data-kind="first" href="/createToken/">${icon("key-round")}${page.t("panel:create-key.title")}</a><a class="button" href="/createApp/">${page.t("panel:create-application.title")}</a><a href="/docs/api">${page.t("panel:keys.docs")}</a></div>
${view.keys.length === 0 ? noKeys(page) : keyTable(page, view)}
<section class="stack-tight"><h2>${page.t("panel:applications.title")}</h2><p class="soft">${page.t("panel:applications.text")}</p>${applicationList(page, view.applications)}</section>`;
  return { title, place: "profile", body };
}

function noKeys(page: Page): Html {
  return html`<div class="empty">${icon("key-round")}<h2>${page.t("panel:keys.none.title")}</h2><p>${page.t("panel:keys.none.text")}</p></div>`;
}

function keyTable(page: Page, { keys, words }: KeysView): Html {
  const head = (key: string) => html`<th scope="col">${page.t(`panel:keys.column.${key}`)}</th>`;
  return html`<table class="sheet keys"><caption>${page.t("panel:keys.caption")}</caption>
<thead><tr>${["name", "may", "created", "used", "ends", "state"].map(head)}<th scope="col"><span class="away">${page.t("panel:keys.column.action")}</span></th></tr></thead>
<tbody>${keys.map((key) => row(page, key, words.get(key.credentialId)))}</tbody></table>`;
}

function row(page: Page, key: KeyView, words: RulesView | undefined): Html {
  const label = (name: string) => page.t(`panel:keys.column.${name}`);
  const { application, createdAt, lastUsedAt, expiresAt } = key;
  const owner = key.mine ? nothing : html`<small class="soft">${page.t("panel:keys.of", { owner: application.owner })}</small>`;
  const may = words
    ? html`${rulesInWords(page, words)}${key.allowedIPs === null ? nothing : html`<p>${fromWhere(page, key.allowedIPs)}</p>`}${exactRules(page, words.rules)}`
    : nothing;
  return html`<tr><th scope="row" class="about"><span class="two-lines"><strong>${application.name}</strong>${owner}</span></th>
<td data-label="${label("may")}"><div class="may">${may}</div></td>
<td data-label="${label("created")}"><span>${moment(page, createdAt)}</span></td><td data-label="${label("used")}"><span>${lastUsedAt === null ? page.t("panel:keys.never-used") : moment(page, lastUsedAt)}</span></td>
<td data-label="${label("ends")}"><span>${expiresAt === null ? page.t("panel:keys.no-end") : moment(page, expiresAt)}</span></td>
<td data-label="${label("state")}"><span>${state(key.state === "validated" ? "done" : "plain", page.t(`terms:credential.state.${key.state}`))}</span></td>
<td class="end"><a class="button" data-kind="refuse" data-size="small" href="/useraccount/keys?revoke=${key.credentialId}" aria-label="${page.t("panel:keys.revoke-title", { name: application.name })}">${page.t("panel:keys.revoke")}</a></td></tr>`;
}

function applicationList(page: Page, applications: readonly ApplicationView[]): Html {
  if (applications.length === 0) return html`<p>${page.t("panel:applications.none")}</p>`;
  const line = ({ id, name, description, key }: ApplicationView) =>
    html`<li><span class="two-lines"><strong>${name}</strong>${description ? html`<small class="soft">${description}</small>` : nothing}<span class="small"><span class="soft">${page.t("panel:secrets.application-key")}</span> ${copyChip(page, key)}</span></span><a class="button" data-kind="refuse" data-size="small" href="/useraccount/keys?remove=${id}" aria-label="${page.t("panel:applications.remove-title", { name })}">${page.t("panel:applications.remove")}</a></li>`;
  return html`<ul class="card-list things">${applications.map(line)}</ul>`;
}

/** Asks once more, with what follows, before a key or an application is gone. */
export function confirmEndPage(page: Page, { kind, id, name }: { kind: "key" | "application"; id: number; name: string }): Content {
  const [group, verb] = kind === "key" ? (["keys", "revoke"] as const) : (["applications", "remove"] as const);
  const title = page.t(`panel:${group}.${verb}-title`, { name });
  const body = html`<div class="medium stack"><a class="back" href="/useraccount/keys">${icon("chevron-left")}${page.t("panel:keys.title")}</a><div class="card stack"><h1>${title}</h1>${noticeBox("caution", page.t(`panel:${group}.${verb}-text`))}
<form class="row" method="post" action="/useraccount/keys/${verb}"><input type="hidden" name="id" value="${id}"><button class="button" data-kind="refuse">${icon("x")}${page.t(`panel:${group}.${verb}-do`)}</button><a class="button" href="/useraccount/keys">${page.t("panel:keys.keep")}</a></form></div></div>`;
  return { title, place: "profile", body };
}
