import type { Desk } from "./desk.ts";
import type { Block, Draft, Holder, Sender } from "./draft.ts";
import { type Markup, markup } from "./markup.ts";

/** The HTML of a letter: one column, styles inline as mail programs want them, nothing from elsewhere. */
export function htmlPart(draft: Draft, desk: Desk, sender: Sender): string {
  return markup`<!doctype html>
<html lang="${desk.language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<title>${draft.subject}</title>
<style>${dark}</style>
</head>
<body class="ground" style="margin:0;padding:0;background:#f8fafc;-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all">${draft.preview}${filler}</div>
<table role="presentation" width="100%" cellspacing="0" cellpadding="0" border="0" class="ground" style="background:#f8fafc">
<tr><td align="center" style="padding:32px 12px 40px">
<table role="presentation" width="560" cellspacing="0" cellpadding="0" border="0" style="width:100%;max-width:560px">
<tr><td style="padding:0 12px 16px">${letterhead(sender)}</td></tr>
<tr><td class="surface edge sheet" style="padding:28px 28px 8px;background:#ffffff;border:1px solid #e0e3e7;border-radius:12px">
<h1 class="ink" style="${fonts};margin:0 0 16px;font-size:22px;line-height:29px;font-weight:650;letter-spacing:-.01em;color:#1c222b;overflow-wrap:anywhere;text-wrap:balance">${draft.title}</h1>
${draft.blocks.map((block) => blockOf(block, desk))}
</td></tr>
<tr><td class="soft" style="${fonts};padding:20px 28px 0;font-size:13px;line-height:19px;color:#5d646f">${desk.t("footer", { host: sender.host })}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`.html;
}

const fonts = "font-family:Inter,-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const monospaced = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace";

/** Inline styles can only be light; a mail program that is dark and knows of it overrides them by class. */
const dark = markup`
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .ground { background: #111419 !important; }
  .surface { background: #181c22 !important; }
  .chip { background: #21252c !important; }
  .edge { border-color: #2c3138 !important; }
  .ink { color: #e5e8ed !important; }
  .soft { color: #9fa5ae !important; }
  .accent { background: #77a2fc !important; color: #0b1020 !important; }
  .link { color: #8fb2fd !important; }
  .note { background: #2a2418 !important; border-color: #4d4022 !important; }
}
@media (max-width: 480px) {
  .button { display: block !important; text-align: center !important; }
  .side { max-width: 100% !important; }
  .sheet { padding: 22px 18px 4px !important; }
}
`;

/** Keeps mailboxes from showing the beginning of the letter behind a short preview. */
const filler = "\u2007\u034f\u200c".repeat(40);

function letterhead({ name }: Sender): Markup {
  return markup`<table role="presentation" cellspacing="0" cellpadding="0" border="0"><tr>
<td class="accent" align="center" width="26" height="26" style="${fonts};width:26px;height:26px;border-radius:7px;background:#2858cd;color:#ffffff;font-size:14px;line-height:26px;font-weight:700">${[...name][0] ?? ""}</td>
<td class="ink" style="${fonts};padding-left:10px;font-size:16px;line-height:26px;font-weight:650;color:#1c222b">${name}</td>
</tr></table>`;
}

function blockOf(block: Block, desk: Desk): Markup {
  switch (block.kind) {
    case "paragraph":
      return paragraph(block.text);
    case "handover":
      return handover(block.from, block.to);
    case "facts":
      return facts(block.rows);
    case "list":
      return list(block.items);
    case "code":
      return code(block.label, block.code, block.hint);
    case "action":
      return action(block.label, block.url, desk.t("link-hint"));
    case "note":
      return note(block.title, block.text);
  }
}

function paragraph(text: string): Markup {
  return markup`<p class="ink" style="${fonts};margin:0 0 16px;font-size:16px;line-height:24px;color:#1c222b;overflow-wrap:anywhere">${text}</p>`;
}

/** Two columns that become two rows where there is no room, without a media query (Gmail's apps drop those of other addresses). */
function handover(from: Holder, to: Holder): Markup {
  return markup`<div class="chip" style="margin:4px 0 20px;padding:14px 16px 2px;background:#f2f5f9;border-radius:10px;font-size:0">
${side(from, "")}${side(to, "→ ")}</div>`;
}

function side({ label, name, handle }: Holder, arrow: string): Markup {
  return markup`<div class="side" style="display:inline-block;width:100%;max-width:235px;vertical-align:top;padding:0 0 12px">
<div class="soft" style="${fonts};font-size:13px;line-height:19px;color:#5d646f">${arrow}${label}</div>
<div class="ink" style="${fonts};font-size:16px;line-height:23px;font-weight:600;color:#1c222b;overflow-wrap:anywhere">${name}</div>
<div class="soft" style="${monospaced};font-size:13px;line-height:19px;color:#5d646f">${handle}</div>
</div>`;
}

function facts(rows: readonly { label: string; value: string }[]): Markup {
  return markup`<table role="presentation" width="100%" cellspacing="0" cellpadding="0" border="0" style="margin:0 0 20px">
${rows.map(
  ({ label, value }) => markup`<tr>
<td class="soft edge" valign="top" width="32%" style="${fonts};padding:9px 12px 9px 0;border-top:1px solid #e0e3e7;font-size:14px;line-height:21px;color:#5d646f">${label}</td>
<td class="ink edge" valign="top" style="${fonts};padding:9px 0;border-top:1px solid #e0e3e7;font-size:15px;line-height:21px;color:#1c222b;overflow-wrap:anywhere">${value}</td>
</tr>`,
)}
</table>`;
}

function list(items: readonly string[]): Markup {
  const item = (text: string): Markup => markup`<li style="margin:0 0 6px;overflow-wrap:anywhere">${text}</li>`;
  return markup`<ul class="ink" style="${fonts};margin:0 0 18px;padding:0 0 0 22px;font-size:16px;line-height:24px;color:#1c222b">${items.map(item)}</ul>`;
}

function code(label: string, text: string, hint: string): Markup {
  return markup`<p class="ink" style="${fonts};margin:4px 0 8px;font-size:15px;line-height:22px;font-weight:600;color:#1c222b">${label}</p>
<div class="chip ink edge" style="${monospaced};padding:13px 16px;background:#f2f5f9;border:1px solid #e0e3e7;border-radius:8px;font-size:18px;line-height:27px;font-weight:600;color:#1c222b;word-break:break-all;-webkit-user-select:all;user-select:all">${text}</div>
<p class="soft" style="${fonts};margin:8px 0 20px;font-size:14px;line-height:21px;color:#5d646f">${hint}</p>`;
}

function action(label: string, url: string, hint: string): Markup {
  return markup`<table role="presentation" width="100%" cellspacing="0" cellpadding="0" border="0" style="margin:4px 0 12px"><tr><td>
<a class="accent button" href="${url}" style="${fonts};display:inline-block;padding:12px 22px;border-radius:8px;background:#2858cd;color:#ffffff;font-size:16px;line-height:24px;font-weight:600;text-decoration:none">${label}</a>
</td></tr></table>
<p class="soft" style="${fonts};margin:0 0 20px;font-size:13px;line-height:19px;color:#5d646f">${hint}<br>
<a class="link" href="${url}" style="color:#2858cd;word-break:break-all">${url}</a></p>`;
}

function note(title: string, text: string): Markup {
  return markup`<div class="note edge" style="margin:4px 0 20px;padding:14px 16px;background:#fdf6e6;border:1px solid #f0e0b8;border-radius:8px">
<p class="ink" style="${fonts};margin:0 0 2px;font-size:15px;line-height:22px;font-weight:600;color:#1c222b">${title}</p>
<p class="ink" style="${fonts};margin:0;font-size:14px;line-height:21px;color:#1c222b">${text}</p>
</div>`;
}
