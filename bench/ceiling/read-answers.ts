import type { DatabaseSync } from "node:sqlite";
import { prepareList, prepareNamed, type Row } from "./named-statement.ts";
import * as sql from "./statements.ts";

/** A read operation: from the parameters of the URL to the JSON. */
export type ReadAnswer = (query: URLSearchParams) => string;

/**
 * The same SQL and the same JSON as the API's, and nothing else: nobody is asked who he is. Long answers are put together as text from lists of values, which took
 * a third of the time of objects and JSON.stringify, and two thirds of that of JSON made in SQL.
 */
export function readAnswers(db: DatabaseSync): Record<string, ReadAnswer> {
  const [list, requests, approvals] = [sql.listServices, sql.listRequests, sql.listApprovals].map((one) => prepareList(db, one));
  const [service, held] = [sql.findService, sql.findHeldRoles].map((one) => prepareNamed(db, one));
  if (!list || !service || !held || !requests || !approvals) throw new Error("a statement is missing");
  return {
    "/list": (query) =>
      `[${list({ account: Number(query.get("account")) })
        .slice(0, 50)
        .map(expanded)
        .join(",")}]`,
    "/check": (query) => {
      const account = Number(query.get("account"));
      const [row] = service({ account, name: query.get("name") ?? "" });
      return JSON.stringify(row ? infos(row, held({ account, service: row["id"] ?? 0 })) : null);
    },
    "/requests": (query) => {
      const account = Number(query.get("account"));
      const answers = Map.groupBy(approvals({ account }), ([request]) => request);
      return `[${requests({ account })
        .map((row) => task(row, answers.get(row[0] ?? 0) ?? []))
        .join(",")}]`;
    },
  };
}

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

function infos(row: Row, held: readonly Row[]) {
  const automatic = row["renewal"] === "automatic";
  return {
    serviceId: row["id"],
    domain: row["name"],
    contactAdmin: row["admin"],
    contactTech: row["tech"],
    contactBilling: row["billing"],
    creation: row["created_on"],
    expiration: row["expires_on"],
    engagedUpTo: null,
    status: "ok",
    renewalType: automatic ? "automaticV2016" : "manual",
    renew: { automatic, deleteAtExpiration: false, forced: false, manualPayment: !automatic, period: null },
    possibleRenewPeriod: null,
    canDeleteAtExpiration: false,
    displayName: row["name"],
    openRequests: held.map((one) => ({ contactType: types[String(one["role"])], state: one["state"], id: one["party"] === null ? null : one["request_id"] })),
  };
}

const time = (at: Values[number] | undefined): string => (typeof at === "number" ? `"${new Date(at).toISOString().slice(0, 19)}+00:00"` : "null");
