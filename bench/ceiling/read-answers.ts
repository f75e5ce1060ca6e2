import type { DatabaseSync } from "node:sqlite";
import { prepareNamed, type Row } from "./named-statement.ts";
import * as sql from "./statements.ts";

/** A read operation: from the parameters of the URL to the JSON. */
export type ReadAnswer = (query: URLSearchParams) => string;

/** The same SQL and the same JSON as the API's, and nothing else: nobody is asked who he is. */
export function readAnswers(db: DatabaseSync): Record<string, ReadAnswer> {
  const [list, service, held] = [sql.listServices, sql.findService, sql.findHeldRoles].map((one) => prepareNamed(db, one));
  const [requests, approvals] = [sql.listRequests, sql.listApprovals].map((one) => prepareNamed(db, one));
  if (!list || !service || !held || !requests || !approvals) throw new Error("a statement is missing");
  return {
    "/list": (query) =>
      JSON.stringify(
        list({ account: Number(query.get("account")) })
          .slice(0, 50)
          .map(expanded),
      ),
    "/check": (query) => {
      const account = Number(query.get("account"));
      const [row] = service({ account, name: query.get("name") });
      return JSON.stringify(row ? infos(row, held({ account, service: row["id"] ?? 0 })) : null);
    },
    "/requests": (query) => {
      const account = Number(query.get("account"));
      const answers = Map.groupBy(approvals({ account }), (row) => row["request_id"]);
      return JSON.stringify(requests({ account }).map((row) => task(row, answers.get(row["id"] ?? 0) ?? [])));
    },
  };
}

const types: Readonly<Record<string, string>> = { admin: "contactAdmin", tech: "contactTech", billing: "contactBilling" };

function expanded(row: Row) {
  const { name, product, expires_on: date, renewal } = row;
  const nextDate = renewal === "automatic" ? date : null;
  return {
    serviceId: row["id"],
    customer: {
      contacts: [
        { type: "administrator", customerCode: row["admin"] },
        { type: "technical", customerCode: row["tech"] },
        { type: "billing", customerCode: row["billing"] },
      ],
    },
    resource: { name, displayName: name, product: { name: product, description: "Domain" } },
    route: { path: `/${product}/{serviceName}`, url: `/${product}/${encodeURIComponent(String(name))}`, vars: [{ key: "serviceName", value: name }] },
    billing: {
      expirationDate: date,
      nextBillingDate: nextDate,
      renew: { current: { mode: renewal, nextDate, period: null }, capacities: { mode: ["automatic", "manual"] } },
    },
  };
}

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

function task(row: Row, approvals: readonly Row[]) {
  return {
    id: row["id"],
    askingAccount: row["asker"],
    fromAccount: row["holder"],
    toAccount: row["newcomer"],
    contactTypes: Object.values(types).filter((_, bit) => Number(row["roles"]) & (1 << bit)),
    serviceDomain: row["name"],
    state: row["state"],
    dateRequest: time(row["asked_at"]),
    dateDone: time(row["closed_at"]),
    approvals: approvals.map((one) => ({ account: one["handle"], answer: one["answer"], answeredAt: time(one["answered_at"]) })),
    expiresAt: time(row["expires_at"]),
    reason: row["reason"],
  };
}

const time = (at: Row[string] | undefined): string | null => (typeof at === "number" ? `${new Date(at).toISOString().slice(0, 19)}+00:00` : null);
