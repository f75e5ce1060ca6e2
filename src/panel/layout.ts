import { languages } from "../domain/languages.ts";
import { assetUrl } from "./assets.ts";
import { icon } from "./components/icon.ts";
import { newsBox } from "./components/notice.ts";
import { avatar } from "./components/person.ts";
import { type Html, html, nothing } from "./html.ts";
import { type Page, themes, type Viewer } from "./page.ts";

export type Content = {
  /** Before the name of the system in the title bar. Never a code or a token. */
  readonly title: string;
  readonly body: Html;
  readonly place?: "contacts" | "profile";
  /** Pages that a Turbo frame cannot show inside itself: signing in, errors. */
  readonly alone?: boolean;
};

/** The whole page around a content; a Turbo frame gets the content alone. `refused`: a form comes back with what is wrong. */
export function layout(page: Page, content: Content, { refused = false } = {}): Html {
  const title = `${content.title} · ${page.t("panel:name")}`;
  if (page.frame && !content.alone)
    return html`<!doctype html><html lang="${page.language}"><head><title>${title}</title></head><body>${content.body}</body></html>`;
  return html`<!doctype html>
<html lang="${page.language}"${page.theme === "system" ? nothing : html` data-theme="${page.theme}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<meta name="color-scheme" content="light dark">
<meta name="csp-nonce" content="${page.nonce}">
<meta name="turbo-prefetch" content="false">${content.alone ? html`<meta name="turbo-visit-control" content="reload"><meta name="turbo-cache-control" content="no-cache">` : nothing}
${refused ? html`<meta name="turbo-refresh-scroll" content="preserve">` : nothing}
<link rel="icon" href="${assetUrl("mark.svg")}" type="image/svg+xml">
<link rel="preload" href="${assetUrl("inter-latin.woff2")}" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="${assetUrl("panel.css")}" nonce="${page.nonce}" data-turbo-track="reload">
<script type="module" src="${assetUrl("turbo.js")}" nonce="${page.nonce}" data-turbo-track="reload"></script>
<script type="module" src="${assetUrl("panel.js")}" nonce="${page.nonce}" data-turbo-track="reload"></script>
</head>
<body${content.alone ? html` data-turbo="false"` : nothing}>
<div class="shell">
<a class="skip" href="#content" data-turbo="false">${page.t("panel:skip")}</a>
${bar(page, content)}
${page.mailbox ? mailboxStrip(page) : nothing}
<main id="content" tabindex="-1"><div class="wrap stack">
${newsBox(page.notice)}
${content.body}
</div></main>
${foot(page)}
</div>
</body>
</html>`;
}

function bar(page: Page, { place }: Content): Html {
  return html`<header class="bar"><div class="wrap">
<a class="brand" href="/"><img src="${assetUrl("mark.svg")}" alt="${page.t("panel:name")}" width="26" height="26"><span aria-hidden="true">${page.t("panel:name")}</span></a>
${page.viewer ? ways(page, place) : nothing}
<div class="bar-end">${languageMenu(page)}${page.viewer ? ownMenu(page, page.viewer) : nothing}</div>
</div></header>`;
}

function ways(page: Page, place: Content["place"]): Html {
  const way = (to: "contacts" | "profile", text: string) =>
    html`<a href="/useraccount/${to}"${place === to ? html` aria-current="page"` : nothing}>${text}</a>`;
  return html`<nav class="ways" aria-label="${page.t("panel:nav.main")}">${way("contacts", page.t("panel:nav.contacts"))}${way("profile", page.t("panel:nav.profile"))}</nav>`;
}

function languageMenu(page: Page): Html {
  const choices = languages.map(
    (one) =>
      html`<button name="language" value="${one}" lang="${one}"${one === page.language ? html` aria-current="true"` : nothing}>${page.t(`terms:language.${one}`)}</button>`,
  );
  return html`<button class="button" data-kind="plain" type="button" popovertarget="languages">${icon("languages")}<span>${page.language.toUpperCase()}</span><span class="away">${page.t("panel:nav.language")}</span></button>
<form class="menu" id="languages" popover method="post" action="/language" data-turbo="false"><input type="hidden" name="return" value="${page.here}">${choices}</form>`;
}

function ownMenu(page: Page, viewer: Viewer): Html {
  return html`<button class="me" type="button" popovertarget="own-menu" data-own-menu>${avatar(viewer.name)}<span class="me-names"><span class="me-name">${viewer.name}</span><span class="me-handle">${viewer.handle}</span></span></button>
<div class="menu" id="own-menu" popover>
<nav aria-label="${page.t("panel:nav.own")}"><a href="/useraccount/contacts">${icon("users")}${page.t("panel:nav.contacts")}</a><a href="/useraccount/profile">${icon("user")}${page.t("panel:nav.profile")}</a><a href="/useraccount/keys">${icon("key-round")}${page.t("panel:nav.keys")}</a><a href="/useraccount/invoices">${icon("scroll-text")}${page.t("panel:nav.invoices")}</a><a href="/useraccount/mails">${icon("mails")}${page.t("panel:nav.mails")}</a></nav>
<hr>
<form method="post" action="/sign-out" data-turbo="false"><button>${icon("log-out")}${page.t("panel:nav.sign-out")}</button></form>
</div>`;
}

function mailboxStrip(page: Page): Html {
  return html`<aside class="strip" aria-label="${page.t("panel:mailbox.title")}"><div class="wrap">${icon("inbox")}<span>${page.t("panel:mailbox.strip")} <a href="/mailbox">${page.t("panel:mailbox.open")}</a></span></div></aside>`;
}

const themeIcons = { system: "monitor", light: "sun", dark: "moon" } as const;

function foot(page: Page): Html {
  const { help, community } = page.help;
  const buttons = themes.map(
    (theme) =>
      html`<button name="theme" value="${theme}" aria-pressed="${String(theme === page.theme)}" title="${page.t(`panel:theme.${theme}`)}" aria-label="${page.t(`panel:theme.${theme}`)}">${icon(themeIcons[theme])}</button>`,
  );
  return html`<footer class="foot"><div class="wrap">
<span>${page.t("panel:foot")}</span>
<a href="/docs/api">API</a>
${help ? html`<a href="${help}">${page.t("panel:help")}</a>` : nothing}${community ? html`<a href="${community}">${page.t("panel:community")}</a>` : nothing}
<form method="post" action="/theme" class="themes" aria-label="${page.t("panel:theme.label")}" data-theme-switch data-turbo="false"><input type="hidden" name="return" value="${page.here}">${buttons}</form>
</div></footer>`;
}
