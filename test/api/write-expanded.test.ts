import assert from "node:assert/strict";
import { test } from "node:test";
import type { NamedService } from "../../src/actions/services/collect-services.ts";
import { presentExpanded } from "../../src/api/expanded-service.ts";
import { writeExpanded } from "../../src/api/write-expanded.ts";
import type { Product } from "../../src/config.ts";
import { shownName } from "../../src/domain/service-name.ts";
import products from "../../src/products.json" with { type: "json" };

const all = products as readonly Product[];
const usual: NamedService = {
  id: 7,
  product: "domain",
  name: "example.net",
  shownName: "example.net",
  handles: { admin: "aa100001-ovh", tech: "bb200417-ovh", billing: "aa100001-ovh" },
  expiresOn: "2027-01-15",
  expired: false,
  renewal: "automatic",
};

test("services are written as they would be by way of objects, whatever their names", () => {
  const names = [
    "example.net",
    "xn--mnchen-3ya.example",
    "203.0.113.0/28",
    'a "quoted" name',
    "back\\slash",
    "Größe",
    "~name~",
    "~date~",
    "a b",
    "100%",
    "🦊",
    "constructor",
  ];
  const services = names.flatMap((name, id) =>
    [null, "2027-01-15"].flatMap((expiresOn) =>
      (["automatic", "manual"] as const).flatMap((renewal) =>
        [false, true].map((expired) => ({
          ...usual,
          id,
          name,
          shownName: shownName(name),
          expiresOn,
          renewal,
          expired,
          product: id % 2 ? "domain" : "ip/service",
        })),
      ),
    ),
  );
  services.push({ ...usual, product: "of-old" }, { ...usual, handles: { admin: '"', tech: "é", billing: "a/b" } });
  assert.equal(writeExpanded(services, all), JSON.stringify(services.map((service) => presentExpanded(service, all))));
  assert.equal(writeExpanded([], all), "[]");
});
