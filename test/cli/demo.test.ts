import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, describe, test } from "node:test";
import { handover, Run, startDemo } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { folder, remove } = await temporaryFolder();
after(remove);
const data = join(folder, "data");

/** Everybody's in the demonstration. */
const password = "correct horse battery";

async function signIn(url: string, login: string): Promise<string> {
  const body = new URLSearchParams({ login, password });
  const answer = await fetch(`${url}/sign-in`, { method: "POST", body, redirect: "manual", headers: { "Sec-Fetch-Site": "same-origin" } });
  assert.equal(answer.status, 303);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

describe("a demonstration", () => {
  test("tells where to look, whom to be, where the mails are and how to stop; ends with 0 and leaves only its data", async () => {
    const demo = await startDemo(data);
    await demo.says(/Ctrl-C/);
    for (const word of ["Alice", "Bob", "Carol", "Dave", "5,000 services", password, "/mailbox", data]) assert.ok(demo.out.includes(word), word);
    assert.equal((await fetch(`${demo.url}/sign-in`)).status, 200);
    const mails = (await (await fetch(`${demo.url}/mailbox`, { headers: { Accept: "application/json" } })).json()) as { to: string }[];
    assert.ok(mails.length > 0);
    const ended = await demo.stop("SIGINT");
    assert.deepEqual([ended.code, ended.signal, ended.err], [0, null, ""]);
    assert.deepEqual(readdirSync(data).toSorted(), ["handover.db", "secret"]);
    await assert.rejects(fetch(demo.url));
  });

  test("keeps its secret and its database from other people of the machine", () => {
    for (const name of ["secret", "handover.db"]) assert.equal(statSync(join(data, name)).mode & 0o777, 0o600, name);
    assert.match(readFileSync(join(data, "secret"), "utf8"), /^demo-[0-9a-f]{64}\n$/);
  });

  test("has services of a dozen products, 5,000 of an agency, and requests in every state in which one can rest", () => {
    const db = new DatabaseSync(join(data, "handover.db"), { readOnly: true, timeout: 10_000 });
    const one = (sql: string): number => Number(Object.values(db.prepare(sql).get() ?? {})[0]);
    assert.ok(one("select count(distinct product) from service") >= 12);
    assert.ok(one("select max(services) from membership_count") >= 5000);
    const states = db
      .prepare("select distinct state from change_request order by state")
      .all()
      .map((row) => row["state"]);
    assert.deepEqual(states, ["aborted", "done", "error", "expired", "refused", "validatingByCustomers"]);
    for (const answers of [0, 1]) {
      const waiting = `select count(*) from change_request r where state = 'validatingByCustomers'
        and (select count(*) from approval where request_id = r.id and answer = 'accepted') = ${answers}`;
      assert.ok(one(waiting) > 0, `one with ${answers} answers`);
    }
    assert.equal(one("select count(*) from change_request where asked_at > unixepoch() * 1000"), 0);
    db.close();
  });

  test("goes on with its data at the next start, sessions included", async () => {
    const demo = await startDemo(data);
    const cookie = await signIn(demo.url, "AA100001-OVH");
    assert.match(demo.out, /as you left them/);
    await demo.stop("SIGTERM");
    const again = await startDemo(data, { PORT: new URL(demo.url).port });
    const page = await fetch(`${again.url}/useraccount/contacts`, { headers: { Cookie: cookie }, redirect: "manual" });
    assert.equal(page.status, 200);
    assert.match(await page.text(), /example\.net/);
    assert.equal((await again.stop()).code, 0);
  });

  test("answers the requests in flight when it is stopped", async () => {
    const demo = await startDemo(data);
    const body = new URLSearchParams({ login: "aa100001-ovh", password }).toString();
    const post = request(`${demo.url}/sign-in`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", "Content-Length": body.length, "Sec-Fetch-Site": "same-origin" },
    });
    const status = new Promise<number | undefined>((resolve, reject) => {
      post.on("response", (response) => resolve(response.resume().statusCode)).on("error", reject);
    });
    // Half of the form has arrived when the signal comes.
    post.write(body.slice(0, 10));
    assert.equal((await fetch(`${demo.url}/sign-in`)).status, 200);
    demo.process.kill("SIGINT");
    while (
      await fetch(demo.url).then(
        () => true,
        () => false,
      )
    )
      await new Promise((resolve) => setTimeout(resolve, 10));
    post.end(body.slice(10));
    assert.equal(await status, 303);
    assert.equal((await demo.ended).code, 0);
  });

  test("a second signal ends it at once", async () => {
    const demo = await startDemo(data);
    const held = request(`${demo.url}/sign-in`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", "Content-Length": 100, "Sec-Fetch-Site": "same-origin" },
    });
    held.on("error", () => undefined).write("login");
    assert.equal((await fetch(`${demo.url}/sign-in`)).status, 200);
    demo.process.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.equal(demo.process.exitCode, null, "it waits for the request in flight");
    const ended = await demo.stop("SIGINT");
    assert.equal(ended.signal, "SIGINT");
    held.destroy();
  });

  test("lets the operator work on its data without naming the secret", async () => {
    const { code, out } = await handover(data, ["may", "aa100001-ovh", "administer", "domain", "example.net"], { HANDOVER_SECRET: "" });
    assert.deepEqual([code, out], [0, "yes: admin\n"]);
  });

  test("is backed up while it runs; the copy is complete, private, and never written over something", async () => {
    const demo = await startDemo(data);
    const copy = join(folder, "copy.db");
    const backup = () => handover(data, ["backup", copy], { HANDOVER_SECRET: "" });
    const [done] = await Promise.all([backup(), signIn(demo.url, "bb200417-ovh")]);
    assert.equal(done.code, 0, done.err);
    const again = await backup();
    assert.equal(again.code, 1);
    assert.match(again.err, /exists already/);
    await demo.stop();
    assert.equal(statSync(copy).mode & 0o777, 0o600);
    const db = new DatabaseSync(copy, { readOnly: true, timeout: 10_000 });
    assert.deepEqual({ ...db.prepare("pragma integrity_check").get() }, { integrity_check: "ok" });
    assert.ok(Number(db.prepare("select count(*) as n from service").get()?.["n"]) > 5000);
    db.close();
  });
});

describe("§10 modes: what is refused", () => {
  const serving = { HANDOVER_BASE_URL: "https://contacts.example.com", HANDOVER_SMTP_URL: "smtp://127.0.0.1:9", PORT: "0", HANDOVER_DATA: data };

  test("to serve with the secret of a demonstration", async () => {
    const secret = readFileSync(join(data, "secret"), "utf8").trim();
    const { code, err } = await new Run(["serve"], { ...serving, HANDOVER_SECRET: secret }).ended;
    assert.equal(code, 2);
    assert.match(err, /HANDOVER_SECRET: is the secret of a demonstration/);
  });

  test("to serve the data of a demonstration with a secret of one's own", async () => {
    const { code, err } = await new Run(["serve"], { ...serving, HANDOVER_SECRET: "x".repeat(32) }).ended;
    assert.equal(code, 2);
    assert.match(err, /data of a demonstration/);
  });

  test("to serve the data of a demonstration that was given a real secret", async () => {
    const own = join(folder, "with-secret");
    const secret = "y".repeat(40);
    await (await startDemo(own, { HANDOVER_SECRET: secret })).stop();
    const { code, err } = await new Run(["serve"], { ...serving, HANDOVER_DATA: own, HANDOVER_SECRET: secret }).ended;
    assert.equal(code, 2);
    assert.match(err, /data of a demonstration/);
  });

  test("a port that is taken, when somebody chose it", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => blocker.once("listening", resolve));
    const { port } = blocker.address() as AddressInfo;
    const { code, err } = await new Run(["demo"], { HANDOVER_DATA: join(folder, "never"), PORT: String(port) }).ended;
    blocker.close();
    assert.equal(code, 1);
    assert.match(err, new RegExp(`Port ${port} is in use by another program`));
    assert.ok(!readdirSync(folder).includes("never"), "nothing was made");
  });

  test("to be reached by others", async () => {
    const { code, err } = await new Run(["demo"], { HANDOVER_DATA: join(folder, "never"), HOST: "0.0.0.0" }).ended;
    assert.equal(code, 2);
    assert.match(err, /HOST: .*this machine only/);
  });
});
