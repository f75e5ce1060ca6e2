import { createKey } from "../../actions/keys/create-key.ts";
import { type AccessRule, apiMethods, parseRule } from "../../domain/access-rule.ts";
import type { Validity } from "../../domain/credential-life.ts";
import type { RefusalDetail } from "../../domain/refusal.ts";
import { type FormState, readForm } from "../forms.ts";
import { createKeyPage } from "../pages/create-key.ts";
import { secretsPage } from "../pages/secrets.ts";
import { attempt, type Reception, show } from "../reception.ts";
import { accountOf, actorOf, type Visit } from "../visit.ts";
import { rulesView } from "./rules-view.ts";

/** `?GET=/me*&POST=…`: rules to begin with, each as often as one likes. */
export function createKeyForm(reception: Reception, visit: Visit): Promise<Response> {
  accountOf(visit);
  const rules = apiMethods.flatMap((method) => (visit.req.queries(method) ?? []).map((path) => `${method} ${path}`)).join("\n");
  return showForm(reception, visit, { values: { rules }, errors: {} }, 200);
}

function showForm(reception: Reception, visit: Visit, form: FormState, status: 200 | 422): Promise<Response> {
  const { rules } = readRules(form.values.rules ?? "");
  const words = rules.length === 0 ? undefined : rulesView(reception, rules);
  return show(reception, visit, (page) => createKeyPage(page, { form, words }), status);
}

/** The answer itself shows the secrets, because they are shown only once. */
export async function makeKey(reception: Reception, visit: Visit): Promise<Response> {
  const actor = actorOf(visit, "/createToken/");
  const values = await readForm(visit);
  const { rules, wrongLine } = readRules(values.rules ?? "");
  const { t } = visit.get("page");
  const errors = wrongLine === undefined ? {} : { rules: t("panel:create-key.rule-wrong", { line: wrongLine }) };
  if (wrongLine !== undefined || values.show !== undefined) return showForm(reception, visit, { values, errors }, wrongLine === undefined ? 200 : 422);
  const made = await attempt(reception, visit, () => createKey(reception.context, actor, wantedKey(values, rules)), fieldOfKeyRefusal);
  if ("errors" in made) {
    const { allowedIPs, ...others } = made.errors;
    return showForm(reception, visit, { values, errors: allowedIPs ? { ...others, addresses: allowedIPs } : others }, 422);
  }
  const title = t("panel:create-key.done", { name: (values.name ?? "").trim() });
  return show(reception, visit, (page) => secretsPage(page, { title, secrets: { kind: values.kind === "client" ? "client" : "signed", ...made.ok } }));
}

function wantedKey(values: Record<string, string>, rules: AccessRule[]): Parameters<typeof createKey>[2] {
  const { name = "", description = "", addresses = "", password = "" } = values;
  // What no form of ours sends is refused by the action, at its field.
  const kind = values.kind as "signed" | "client";
  const validity = values.validity as Validity;
  return { kind, name, description, rules, validity, allowedIPs: addresses.split(/[\s,;]+/).filter(Boolean), password };
}

/** `METHOD /path`, one a line. `wrongLine`: the first that is no rule. */
function readRules(text: string): { rules: AccessRule[]; wrongLine: string | undefined } {
  const lines = text.split("\n").flatMap((line) => line.trim() || []);
  const parsed = lines.map((line) => ({ line, rule: ruleOf(line) }));
  return { rules: parsed.flatMap(({ rule }) => rule ?? []), wrongLine: parsed.find(({ rule }) => rule === undefined)?.line };
}

function ruleOf(line: string): AccessRule | undefined {
  const [method = "", path = "", ...more] = line.split(/\s+/);
  return more.length > 0 ? undefined : parseRule({ method, path });
}

/** At which field a refusal about keys stands. */
export function fieldOfKeyRefusal(detail: RefusalDetail): string {
  return detail.code === "password-wrong" ? "password" : "form";
}
