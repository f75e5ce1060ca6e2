import { icon } from "../components/icon.ts";
import { html, nothing } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";
import { switchForm } from "./request.ts";

export const problems = ["not-found", "forbidden", "too-large", "invalid", "unavailable", "in-doubt", "fault"] as const;
export type Problem = (typeof problems)[number];

/** Something that cannot be shown: what happened, and what to do (`text`: said more exactly). `requestId`: to tell the provider. */
export function problemPage(
  page: Page,
  { problem, text, requestId }: { problem: Problem; text?: string | undefined; requestId?: string | undefined },
): Content {
  const title = page.t(`panel:problem.${problem}.title`);
  const id = requestId ? html`<p class="small soft">${page.t("panel:problem.request-id")} <code>${requestId}</code></p>` : nothing;
  const body = html`<div class="narrow gate"><div class="empty">${icon("triangle-alert")}<h1>${title}</h1><p>${text ?? page.t(`panel:problem.${problem}.text`)}</p>${id}<a class="button" href="/">${page.t("panel:problem.home")}</a></div></div>`;
  return { title, body, alone: true };
}

/** A link with a code, followed by somebody who is no party: nothing is told of the request (§5 of SPEC.md). */
export function wrongAccountPage(page: Page, { back }: { back: string }): Content {
  const title = page.t("panel:wrong-account.title");
  const body = html`<div class="narrow gate"><div class="empty">${icon("key-round")}<h1>${title}</h1><p>${page.t("panel:wrong-account.text", { name: page.viewer?.name ?? "", handle: page.viewer?.handle ?? "" })}</p>${switchForm(page, back)}</div></div>`;
  return { title, body, alone: true };
}
