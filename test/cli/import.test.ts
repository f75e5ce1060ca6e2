import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { dropDatabases, giveDatabase, lookInto } from "../support/command-database.ts";
import { handover, Run, secret } from "../support/command-line.ts";
import { usualEngine } from "../support/each-store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { bigShop } from "./big-shop.ts";
import { withoutProgress } from "./without-progress.ts";

const { folder, remove } = await temporaryFolder();
after(async () => {
  await dropDatabases();
  await remove();
});

let count = 0;

const empty = join(folder, "empty");
await giveDatabase(empty);
assert.equal((await handover(empty, ["migrate"])).code, 0);

/** A data folder of its own with an empty database. */
async function freshData(): Promise<string> {
  const data = join(folder, `data-${++count}`);
  if (usualEngine === "sqlite") cpSync(empty, data, { recursive: true });
  await giveDatabase(data, "migrated");
  return data;
}

function fileWith(content: string | Buffer, ending = "csv"): string {
  const file = join(folder, `file-${++count}.${ending}`);
  writeFileSync(file, content);
  return file;
}

type Row = Record<string, string | number | null>;

function rowsOf(data: string, statement: string): Promise<Row[]> {
  return lookInto(data, async ({ read }) => (await sql.raw<Row>(statement).execute(read)).rows.map((row) => ({ ...row })));
}

const countOf = async (data: string, table: string): Promise<number> => Number((await rowsOf(data, `select count(*) as n from ${table}`))[0]?.["n"]);
const contactsOf = (data: string): Promise<Row[]> =>
  rowsOf(
    data,
    `select product, service.name, a.handle as admin, t.handle as tech, b.handle as billing, expires_on, owner_json from service
     join account a on a.id = admin_id join account t on t.id = tech_id join account b on b.id = billing_id order by service.name`,
  );

const people = [
  "type,handle,name,email,verified,product,admin,tech,billing,expires,id,account,amount,currency,due,owner_name",
  "account,aa100001-ovh,Alice Verhoeven,alice@example.com,yes,,,,,,,,,,,",
  "account,bb100002-ovh,Bob Kowalski,bob@example.com,no,,,,,,,,,,,",
];
const shop = [
  ...people,
  "service,,example.net,,,domain,AA100001-OVH,bb100002-ovh,,2031-05-06,,,,,,Alice",
  "invoice,,,,,,,,,,R-1,bb100002-ovh,12.50,EUR,2030-01-31,",
];

describe("a file of accounts, services and invoices", () => {
  test("is imported: contacts, memberships, counts, history and standing follow from it", async () => {
    const data = await freshData();
    const { code, out } = await handover(data, ["import", fileWith(shop.join("\n"))]);
    assert.equal(code, 0);
    assert.match(out, /2 new accounts, 1 new service, and 1 new invoice/);
    assert.deepEqual(
      (await contactsOf(data)).map((row) => Object.values(row).slice(0, 6)),
      [["domain", "example.net", "aa100001-ovh", "bb100002-ovh", "aa100001-ovh", "2031-05-06"]],
    );
    assert.deepEqual(
      (await rowsOf(data, "select services from membership_count order by account_id")).map((row) => row["services"]),
      [1, 1],
    );
    assert.equal(await countOf(data, "contact_move"), 3);
    assert.equal(await countOf(data, "outbox"), 0, "nobody gets a mail");
    assert.deepEqual(
      (await rowsOf(data, "select handle, password_hash, case when email_verified_at is null then 0 else 1 end as verified from account order by handle")).map(
        (row) => Object.values(row),
      ),
      [
        ["aa100001-ovh", null, 1],
        ["bb100002-ovh", null, 0],
      ],
    );
  });

  test("is only checked with --dry-run", async () => {
    const data = await freshData();
    const { code, out } = await handover(data, ["import", "--dry-run", fileWith(shop.join("\n"))]);
    assert.equal(code, 0);
    assert.match(out, /Checked: 2 accounts, 1 service, and 1 invoice.*\nNothing was written/);
    assert.equal((await countOf(data, "account")) + (await countOf(data, "service")), 0);
  });

  test("may have services before the accounts that they name, quotes, line breaks in cells, CR LF, a byte order mark and semicolons", async () => {
    const data = await freshData();
    const file = fileWith(
      [
        "\uFEFFType;Product;Name;Admin;Handle;Email;Owner_name;owner_address",
        'service;domain;bücher.example;cc100003-ovh;;;"Verhoeven; ""Bikes""";"Street 1\r\nTown"',
        "",
        "account;;Carol Nieminen;;cc100003-ovh;carol@example.com;;",
        "",
      ].join("\r\n"),
    );
    const { code, err } = await handover(data, ["import", file]);
    assert.deepEqual([code, err], [0, ""]);
    const [service] = await contactsOf(data);
    assert.equal(service?.["name"], "xn--bcher-kva.example");
    assert.deepEqual(JSON.parse(String(service?.["owner_json"])), {
      name: 'Verhoeven; "Bikes"',
      organisation: "",
      address: "Street 1\nTown",
      email: "",
      phone: "",
    });
  });

  test("may be NDJSON, with the owner as an object and the type told by the keys", async () => {
    const data = await freshData();
    const lines = [
      { handle: "aa100001-ovh", name: "Alice", email: "alice@example.com", verified: true },
      { product: "vps", name: "vps-1.example.net", admin: "aa100001-ovh", expires: null, owner: { name: "A\u2019lice" } },
      { type: "invoice", id: 17, account: "aa100001-ovh", amount: 12.5, currency: "EUR", due: "2030-01-31" },
    ];
    const { code, err } = await handover(data, ["import", fileWith(lines.map((line) => JSON.stringify(line)).join("\n"), "ndjson")]);
    assert.deepEqual([code, err], [0, ""]);
    assert.deepEqual(
      (await rowsOf(data, "select id, amount_minor from invoice")).map((row) => ({ ...row })),
      [{ id: "17", amount_minor: 1250 }],
    );
  });
});

describe("faults in a file", () => {
  test("are all told by line and column, and nothing is imported", async () => {
    const data = await freshData();
    const file = fileWith(
      [
        ...people,
        'account,cc100003-ovh,"two\nlines",carol@example.com,,,,,,,,,,,,',
        "account,nohandle,Carol,carol@example,maybe,,,,,,,,,,,",
        "service,,example.net,,,domain,dd100004-ovh,,,2031-02-30,,,,,,",
        "service,,zone,,,domain,aa100001-ovh,,,,,,,,,",
        "service,,example.com,,,nonsense,aa100001-ovh,,,,,,,,,",
        "service,,example.org,,,domain,,,,,,,,,,",
        "invoice,,,,,,,,,,R-1,ee100005-ovh,12.505,EUR,2030-01-31,",
        "invoice,,,,,,,,,,R-2,aa100001-ovh,0,XYZ,2030-01-31,",
        "something,,,,,,,,,,,,,,,",
        "account,too,few",
        "account,AA100001-ovh,Alice again,alice@example.com,,,,,,,,,,,,",
      ].join("\n"),
    );
    const { code, err, out } = await handover(data, ["import", file]);
    assert.equal(code, 1);
    assert.equal(out, "");
    for (const fault of [
      "line 4, name: ",
      "line 6, email: ",
      "line 6, verified: ",
      "line 6, handle: ",
      "line 7, expires: “2031-02-30” is not a day",
      "line 8, name: “zone” cannot be the name of a service of the product domain: it must be a domain, such as example.com",
      "line 9, product: there is no product “nonsense”",
      "line 10, admin: is missing",
      "line 11, amount: ",
      "line 12, currency: ",
      "line 13, type: ",
      "line 14: there are 3 cells, but 16 columns",
      "line 15: the account aa100001-ovh stands already in line 2",
    ]) {
      assert.ok(err.includes(`\n${fault}`), `${fault} is missing in\n${err}`);
    }
    assert.match(err, /\nNothing was imported\.\n$/);
    assert.equal(await countOf(data, "account"), 0);
  });

  test("include contacts whom neither the file nor the database has, and closed ones", async () => {
    const data = await freshData();
    await handover(data, ["import", fileWith("handle,name,email,status\ncc100003-ovh,Carol,carol@example.com,closed\n")]);
    const file = fileWith("product,name,admin,tech\ndomain,example.net,dd100004-ovh,cc100003-ovh\n");
    const { code, err } = await handover(data, ["import", file]);
    assert.equal(code, 1);
    assert.match(err, /line 2, tech: the account cc100003-ovh is closed\nline 2, admin: there is no account dd100004-ovh, neither here nor in the file/);
  });

  test("include contacts whose account is closed in the first of several lines", async () => {
    const file = fileWith(
      [
        "type,handle,name,email,status,product,admin",
        "account,cc100003-ovh,Carol,carol@example.com,closed,,",
        "account,cc100003-ovh,Carol,carol@example.com,active,,",
        "service,,example.net,,,domain,cc100003-ovh",
      ].join("\n"),
    );
    const { err } = await handover(await freshData(), ["import", file]);
    assert.match(err, /line 3: the account cc100003-ovh stands already in line 2\nline 4, admin: the account cc100003-ovh is closed\n/);
  });

  test("are the first hundred, with the count of the others", async () => {
    const data = await freshData();
    const file = fileWith(`handle,name,email\n${"nobody,Nobody,nobody@example.com\n".repeat(250)}`);
    const { err } = await handover(data, ["import", file]);
    assert.match(err, /^handover: 250 faults/);
    assert.equal(err.match(/^line /gm)?.length, 100);
    assert.match(err, /… and 150 more/);
  });

  test("say which names a product's services can have", async () => {
    const file = fileWith("product,name,admin\nhosting/web,web1,aa100001-ovh\nvps,a//b,aa100001-ovh\n");
    const { err } = await handover(empty, ["import", file]);
    assert.match(err, /line 2, name: “web1” cannot be the name of a service of the product hosting\/web: it must be a domain, such as example\.com/);
    assert.match(err, /line 3, name: “a\/\/b” cannot .*: it must be one line of at most 255 characters, .* or changecontact, contacthistory/);
  });

  test("are all told beside an unknown column, where it is known what the lines are", async () => {
    const csv = fileWith("handle,name,email,colour\nnohandle,Alice,alice@example.com,red\n");
    assert.match((await handover(empty, ["import", csv])).err, /2 faults in .*\nline 1: there is no column “colour”.*\nline 2, handle: “nohandle”/);
    const ndjson = fileWith('{"handle": "nohandle", "name": "Alice", "email": "alice@example.com", "colour": "red"}\n', "jsonl");
    assert.match((await handover(empty, ["import", ndjson])).err, /2 faults in .*\nline 1: there is no column “colour”.*\nline 1, handle: “nohandle”/);
  });

  test("are not looked for in a file whose name does not say what it holds", async () => {
    for (const ending of ["json", "txt"]) {
      const { code, err } = await handover(empty, ["import", fileWith('[{"handle": "aa100001-ovh"}]', ending)]);
      assert.deepEqual([code, new RegExp(`\\.${ending} must end in \\.csv, \\.ndjson or \\.jsonl`).test(err)], [2, true], err);
    }
  });

  const header = "handle,name,email\n";
  for (const [what, content, fault] of [
    ["an unknown column", "handle,name,email,colour\n", /line 1: there is no column “colour”/],
    ["columns of nothing", "handle,name\n", /line 1: the columns are not those/],
    ["a column that stands there twice", "handle,name,email,name\n", /line 1: the column name stands there twice/],
    ["nothing", "", /line 1: the file is empty/],
    ["UTF-16", Buffer.from("\uFEFFhandle,name,email\n", "utf16le"), /line 1: the file is not UTF-8 but UTF-16/],
    ["a line in Latin-1", Buffer.from(`${header}aa100001-ovh,Ren\u00e9,rene@example.com\n`, "latin1"), /line 2: is not UTF-8/],
    [
      "a quote that is never closed",
      `${header}aa100001-ovh,Alice,alice@example.com\nbb100002-ovh,"Bob,bob@example.com\n`,
      /line 3: a quote that begins in this record is never closed/,
    ],
    ["a quote in the wrong place", `${header}aa100001-ovh,Al"ice,alice@example.com\n`, /line 2: a quote stands in the wrong place/],
    [
      "a quote in the wrong place after a cell with CR LF",
      `${header}aa100001-ovh,"Al\r\nice",a@example.com\r\nbb100002-ovh,B"ob,b@example.com\r\n`,
      /line 4: a quote stands in the wrong place/,
    ],
  ] as const) {
    test(`include ${what}`, async () => {
      const { code, err } = await handover(empty, ["import", fileWith(content)]);
      assert.equal(code, 1);
      assert.match(err, fault);
    });
  }
  test("are told without the control characters of a cell, which a terminal would obey", async () => {
    const file = fileWith("handle,name,email\naa100001-ovh,Eve\u001b]0;gone\u0007\u202e,eve@example.com\n");
    const { code, err } = await handover(await freshData(), ["import", file]);
    assert.equal(code, 1);
    assert.match(err, /line 2, name: “Eve\uFFFD\]0;gone/);
    assert.doesNotMatch(err.replaceAll("\n", ""), /\p{C}/u);
  });
  test("include words that are neither yes nor no, whatever else they are", async () => {
    const file = fileWith("handle,name,email,verified\naa100001-ovh,Eve,eve@example.com,__proto__\nbb100001-ovh,Eve,eve@example.com,constructor\n");
    const { err } = await handover(await freshData(), ["import", file]);
    assert.match(err, /2 faults[^]+line 2, verified: “__proto__” is neither[^]+line 3, verified: “constructor” is neither/);
  });
  test("include lines that are no JSON", async () => {
    const lines = [
      '{"handle": "aa100001-ovh", "name": "Alice", "email": "alice@example.com"}',
      "{nonsense}",
      "[1]",
      '{"handle": {}, "name": "", "email": ""}',
      '{"handel": 1}',
    ];
    const { err } = await handover(empty, ["import", fileWith(lines.join("\n"), "ndjson")]);
    assert.match(err, /line 2: is not a JSON object\nline 3: is not a JSON object\nline 4: handle must be a text.*\nline 5: there is no column “handel”/);
  });

  test("a broken line 73,412 of a large file is reported without importing anything", async () => {
    const data = await freshData();
    const file = fileWith(bigShop(75_000, 5000, (line, number) => (number === 73_412 ? line.replace("2031-05-06", "2031-05-32") : line)));
    const { code, err } = await handover(data, ["import", file]);
    assert.equal(code, 1);
    assert.match(err, /1 fault in .*\nline 73412, expires: “2031-05-32” is not a day of the calendar/);
    assert.equal((await countOf(data, "account")) + (await countOf(data, "service")) + (await countOf(data, "setting where key like 'import:%'")), 0);
  });
});

describe("§10 import: what exists already", () => {
  test("is a fault without an option", async () => {
    const data = await freshData();
    const file = fileWith(shop.join("\n"));
    await handover(data, ["import", file]);
    const { code, err } = await handover(data, ["import", file]);
    assert.equal(code, 1);
    for (const fault of ["line 2: the account aa100001-ovh exists", "line 4: the service domain example.net exists", "line 5: the invoice R-1 exists"])
      assert.ok(err.includes(fault), err);
  });

  test("is changed with --update, but not its contacts", async () => {
    const data = await freshData();
    await handover(data, ["import", fileWith(shop.join("\n"))]);
    const changed = shop.map((line) =>
      line.replace("Bob Kowalski", "Robert Kowalski").replace("bb100002-ovh,,2031", "aa100001-ovh,,2032").replace("12.50", "13.00"),
    );
    const { code, out } = await handover(data, ["import", "--update", fileWith(changed.join("\n"))]);
    assert.equal(code, 0);
    assert.match(out, /1 changed account, 1 unchanged account, 1 changed service, and 1 changed invoice/);
    const [service] = await contactsOf(data);
    assert.deepEqual([service?.["tech"], service?.["expires_on"]], ["bb100002-ovh", "2032-05-06"]);
    assert.equal((await rowsOf(data, "select distinct expires_on as d from membership"))[0]?.["d"], "2032-05-06");
    assert.equal((await rowsOf(data, "select name from account order by handle"))[1]?.["name"], "Robert Kowalski");
  });

  test("keeps what the file has no column for", async () => {
    const data = await freshData();
    await handover(data, ["import", fileWith(shop.join("\n"))]);
    await handover(data, ["import", "--update", fileWith("product,name,admin\ndomain,example.net,aa100001-ovh\n")]);
    const [service] = await contactsOf(data);
    assert.equal(service?.["expires_on"], "2031-05-06");
    assert.match(String(service?.["owner_json"]), /Alice/);
  });

  test("gets other contacts with --contacts", async () => {
    const data = await freshData();
    await handover(data, ["import", fileWith(shop.join("\n"))]);
    const { code } = await handover(data, [
      "import",
      "--contacts",
      fileWith(shop.join("\n").replace("AA100001-OVH,bb100002-ovh", "bb100002-ovh,bb100002-ovh")),
    ]);
    assert.equal(code, 0);
    const [service] = await contactsOf(data);
    assert.deepEqual([service?.["admin"], service?.["tech"], service?.["billing"]], ["bb100002-ovh", "bb100002-ovh", "bb100002-ovh"]);
    assert.deepEqual(
      (await rowsOf(data, "select services from membership_count order by account_id")).map((row) => row["services"]),
      [0, 1],
    );
    assert.equal(await countOf(data, "audit where deed = 'service.contacts-imported'"), 1);
  });

  test("does not have its account suspended in passing", async () => {
    const data = await freshData();
    const accounts = "handle,name,email,status\naa100001-ovh,Alice,alice@example.com,";
    await handover(data, ["import", fileWith(accounts)]);
    const { code, err } = await handover(data, ["import", "--update", fileWith(`${accounts}suspended\n`)]);
    assert.equal(code, 1);
    assert.match(err, /line 2, status: the account is active here; use `handover account suspend`/);
  });
});

test("an import that is killed goes on where it stopped, and ends as if it had not been", async () => {
  const data = await freshData();
  const file = fileWith(bigShop(30_000, 2000));
  for (let kill = 0; kill < 2; kill++) {
    const before = await countOf(data, "service");
    const run = new Run(["import", file], { HANDOVER_DATA: data, HANDOVER_SECRET: secret });
    while ((await countOf(data, "service")) < before + 5000) {
      assert.equal(run.process.exitCode, null, run.err);
      await sleep(5);
    }
    await run.stop("SIGKILL");
    assert.ok((await countOf(data, "service")) < 30_000, "it was killed in the middle");
  }
  const { code, out, err } = await handover(data, ["import", file]);
  assert.deepEqual([code, withoutProgress(err)], [0, ""]);
  assert.match(out, /lines had been written before it was cut off/);
  assert.equal(await countOf(data, "account"), 2000);
  assert.equal(await countOf(data, "service"), 30_000);
  assert.equal(await countOf(data, "contact_move"), 90_000);
  assert.deepEqual(
    (await rowsOf(data, "select (select sum(services) from membership_count) - (select count(*) from membership) as difference")).map(
      (row) => row["difference"],
    ),
    [0],
  );
  assert.equal(await countOf(data, "setting where key like 'import:%'"), 0);
});

test("Ctrl-C ends an import after a batch, and says how to go on", async () => {
  const data = await freshData();
  const file = fileWith(bigShop(30_000, 2000));
  const run = new Run(["import", file], { HANDOVER_DATA: data, HANDOVER_SECRET: secret });
  while ((await countOf(data, "service")) < 2000) await sleep(5);
  const { code, err } = await run.stop("SIGINT");
  assert.equal(code, 1);
  const [, written = ""] = /Stopped after ([0-9,]+) of 32,000 lines\. Import the same file again to go on/.exec(err) ?? [];
  assert.equal(Number(written.replaceAll(",", "")), 2000 + (await countOf(data, "service")));
});

describe("an export", () => {
  for (const format of ["csv", "ndjson"]) {
    test(`as ${format} is what import takes: the same comes out of another database`, async () => {
      const [one, other] = [await freshData(), await freshData()];
      const services = [
        'service,,example.net,,,domain,aa100001-ovh,bb100002-ovh,,2031-05-06,,,,,,"Verhoeven, ""Bikes"""',
        "service,,xn--bcher-kva.example,,,domain,bb100002-ovh,,,,,,,,,=1+1",
        "service,,203.0.113.0/28,,,ip/service,aa100001-ovh,,bb100002-ovh,,,,,,,",
      ];
      await handover(one, ["import", fileWith([...shop.filter((line) => !line.startsWith("service")), ...services].join("\n"))]);
      await handover(one, ["account", "suspend", "bb100002-ovh"]);
      const { code, out } = await handover(one, ["export", "--format", format]);
      assert.equal(code, 0);
      assert.equal((await handover(other, ["import", fileWith(out, format)])).err, "");
      assert.equal((await handover(other, ["export", "--format", format])).out, out);
      const files = await Promise.all(["accounts", "services", "invoices"].map((what) => handover(one, ["export", what, "--format", format])));
      assert.ok(files.every((file) => file.code === 0 && file.out.split("\n").length > 1));
    });
  }
});

test("the example of docs/import.md can be imported", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/import.md"), "utf8");
  const [, example = ""] = /```csv\n(.+?)```/s.exec(page) ?? [];
  assert.equal((await handover(await freshData(), ["import", fileWith(example)])).err, "");
});
