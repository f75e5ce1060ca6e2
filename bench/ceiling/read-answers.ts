import type { DatabaseSync } from "node:sqlite";
import { prepareList, prepareNamed, type Row } from "./named-statement.ts";
import * as sql from "./statements.ts";

/** A read operation: from the parameters of the URL and the body to the JSON. */
export type ReadAnswer = (query: URLSearchParams, body: string) => string;

/**
 * The same SQL and the same JSON as the API's, and nothing else: the key is read as there, for its account, but nobody looks at the signature, the rules or the
 * state. Long answers are put together as text from lists of values, which took a third of the time of objects and JSON.stringify, and two thirds of that of JSON
 * made in SQL.
 */
export function readAnswers(db: DatabaseSync): Record<string, ReadAnswer> {
  const [list, requests, approvals, holders, manyHolders] = [sql.listServices, sql.listRequests, sql.listApprovals, sql.findHolders, sql.listHolders].map(
    (one) => prepareList(db, one),
  );
  if (!list || !requests || !approvals || !holders || !manyHolders) throw new Error("a statement is missing");
  const key = prepareNamed(db, sql.findKey);
  const accountOf = (query: URLSearchParams): number => Number(key({ key: query.get("key") })[0]?.["account"]);
  return {
    "/list": (query) =>
      `[${list({ account: accountOf(query) })
        .slice(0, 50)
        .map(expanded)
        .join(",")}]`,
    "/check": (query) => {
      const account = accountOf(query);
      const [found] = holders({ product: query.get("product"), name: query.get("name") });
      return `{${verdict(account, query.get("deed"), found)}}`;
    },
    "/check-batch": (query, body) => {
      const account = accountOf(query);
      const { deed, product, names } = JSON.parse(body) as Question;
      const found = new Map(manyHolders({ product, names: json(names) }).map((row) => [row[0], row]));
      return `[${names.map((name) => `{"name":${json(name)},${verdict(account, deed, found.get(name))}}`).join(",")}]`;
    },
    "/requests": (query) => {
      const account = accountOf(query);
      const answers = Map.groupBy(approvals({ account }), ([request]) => request);
      return `[${requests({ account })
        .map((row) => task(row, answers.get(row[0] ?? 0) ?? []))
        .join(",")}]`;
    },
  };
}

type Question = { deed: string; product: string; names: string[] };
type Values = Row[string][];
const json = JSON.stringify;

/** In the order of the statement's columns; what cannot hold a quote is not quoted. */
function expanded([id, text, product, date, renewal, admin, tech, billing]: Values): string {
  const [name, nextDate] = [json(text), renewal === "automatic" ? json(date) : "null"];
  return (
    `{"serviceId":${id},"customer":{"contacts":[{"type":"administrator","customerCode":"${admin}"},{"type":"technical","customerCode":"${tech}"},` +
    `{"type":"billing","customerCode":"${billing}"}]},"resource":{"name":${name},"displayName":${name},"product":{"name":"${product}","description":"Domain"}},` +
    `"route":{"path":"/${product}/{serviceName}","url":"/${product}/${encodeURIComponent(text ?? "")}","vars":[{"key":"serviceName","value":${name}}]},` +
    `"billing":{"expirationDate":"${date}","nextBillingDate":${nextDate},"renew":{"current":{"mode":"${renewal}","nextDate":${nextDate},"period":null},` +
    `"capacities":{"mode":["automatic","manual"]}}}}`
  );
}

function task([id, asker, holder, newcomer, roles, name, state, asked, closed, expires, reason]: Values, approvals: readonly Values[]): string {
  const concerned = Object.values(types).filter((_, bit) => Number(roles) & (1 << bit));
  const answers = approvals.map(([, account, answer, at]) => `{"account":"${account}","answer":${json(answer)},"answeredAt":${time(at)}}`);
  return (
    `{"id":${id},"askingAccount":"${asker}","fromAccount":"${holder}","toAccount":"${newcomer}","contactTypes":${json(concerned)},"serviceDomain":${json(name)},` +
    `"state":"${state}","dateRequest":${time(asked)},"dateDone":${time(closed)},"approvals":[${answers.join(",")}],"expiresAt":${time(expires)},"reason":${json(reason)}}`
  );
}

const types: Readonly<Record<string, string>> = { admin: "contactAdmin", tech: "contactTech", billing: "contactBilling" };

/** Which roles allow what, the better reason first. */
const able: Readonly<Record<string, readonly string[]>> = { administer: ["admin"], run: ["admin", "tech"], pay: ["billing"] };

function verdict(account: number, deed: string | null, found: Values | undefined): string {
  if (!found) return `"allowed":false,"reason":"no-role"`;
  const held = ["admin", "tech", "billing"].filter((_, at) => found[at + 1] === account);
  const reason = able[deed ?? ""]?.find((role) => held.includes(role));
  return reason ? `"allowed":true,"reason":"${reason}"` : `"allowed":false,"reason":"${held.length > 0 ? "other-role" : "no-role"}"`;
}

const time = (at: Values[number] | undefined): string => (typeof at === "number" ? `"${new Date(at).toISOString().slice(0, 19)}+00:00"` : "null");
