import type { Desk } from "../desk.ts";
import type { Block } from "../draft.ts";

/** The button that confirms an address, and its code for who types it. */
export function confirmation(desk: Desk): Block[] {
  const code = desk.secret(0);
  return [
    { kind: "action", label: desk.t("confirm.action"), url: desk.confirmLink(code) },
    { kind: "code", label: desk.t("confirm.code"), code, hint: desk.t("confirm.code-hint") },
  ];
}
