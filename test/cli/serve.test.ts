import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { join } from "node:path";
import { after, test } from "node:test";
import { dropDatabases, giveDatabase } from "../support/command-database.ts";
import { handover, Run, secret } from "../support/command-line.ts";
import { startSmtpSink } from "../support/smtp-sink.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { testCertificate } from "../support/test-certificate.ts";

const { folder, remove } = await temporaryFolder();
after(async () => {
  await dropDatabases();
  await remove();
});

async function served(environment: NodeJS.ProcessEnv): Promise<Run & { port: number }> {
  const run = new Run(["serve"], { PORT: "0", HANDOVER_SECRET: secret, HANDOVER_BASE_URL: "https://localhost", ...environment });
  const [, port] = await run.says(/"port":([0-9]+).*"msg":"serving"/);
  return Object.assign(run, { port: Number(port) });
}

test("serve makes its database, delivers what the command line brings about, shows no mailbox, and ends with 0", async () => {
  const data = join(folder, "data");
  await giveDatabase(data);
  const sink = await startSmtpSink();
  const run = await served({ HANDOVER_DATA: data, HANDOVER_SMTP_URL: sink.url });
  try {
    assert.equal((await fetch(`http://127.0.0.1:${run.port}/sign-in`)).status, 200);
    assert.equal((await fetch(`http://127.0.0.1:${run.port}/mailbox`)).status, 404);
    const { out } = await handover(data, ["account", "create", "--name", "Alice", "--email", "alice@example.com", "--verified"]);
    await handover(data, ["service", "order", "domain", "example.net", "--account", out.trim(), "--expires", "2030-01-31"]);
    await handover(data, ["service", "renew", "domain", "example.net", "--until", "2031-01-31"]);
    await sink.waitFor(1);
  } finally {
    const ended = await run.stop("SIGTERM");
    await sink.close();
    assert.equal(ended.code, 0, ended.err);
    assert.match(ended.err, /"msg":"stopped"/);
    assert.doesNotMatch(ended.err, new RegExp(secret));
  }
});

test("serve speaks TLS itself with a certificate", async () => {
  const [cert, key] = ["cert", "key"].map((name) => join(folder, `${name}.pem`)) as [string, string];
  writeFileSync(cert, testCertificate.cert);
  writeFileSync(key, testCertificate.key);
  const tls = { HANDOVER_TLS_CERT: cert, HANDOVER_TLS_KEY: key, HANDOVER_DATA: join(folder, "tls"), HANDOVER_SMTP_URL: "smtp://127.0.0.1:9" };
  const run = await served(tls);
  const [response] = (await once(get(`https://localhost:${run.port}/sign-in`, { ca: testCertificate.cert, host: "127.0.0.1" }), "response")) as [
    IncomingMessage,
  ];
  response.resume();
  assert.equal(response.statusCode, 200);
  assert.equal((await run.stop()).code, 0);
});
