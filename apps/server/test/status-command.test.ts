import assert from "node:assert/strict";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { countryDatabase } from "@consigne/core/testing";
import { LastErrors } from "../src/last-errors.ts";
import { createLogger } from "../src/logger.ts";
import { dataFolder, environmentOf, knownAdmin, runCommand, startProcess, upload } from "./_server-process.ts";

test("status shows on one screen how a running server is, and that a stopped one is not running", async (context) => {
  const folder = await dataFolder(context);
  const countryFile = `${folder}.mmdb`;
  await writeFile(countryFile, countryDatabase({ "192.0.2.0/24": "FR" }));
  context.after(() => rm(countryFile, { force: true }));
  const environment = environmentOf(folder, { ...knownAdmin, CONSIGNE_GEOIP_FILE: countryFile });
  const server = await startProcess(context, environment);
  await upload(server.url, { "one.txt": "1", "two.txt": "22" });
  const read = async () => {
    const { code, stdout, stderr } = await runCommand(["status", "--json"], environment);
    return { code, stderr, status: JSON.parse(stdout) as Record<string, Record<string, unknown>> };
  };
  let seen = await read();
  for (let tries = 0; tries < 20 && seen.status["collection"] === undefined; tries++) {
    await sleep(200);
    seen = await read();
  }
  assert.deepEqual([seen.code, seen.stderr, seen.status["attention"]], [0, "", []]);
  assert.equal(seen.status["server"]?.["isRunning"], true);
  assert.ok(Number(seen.status["space"]?.["freeBytes"]) > 0 && Number(seen.status["databaseBytes"]) > 0);
  const { code, stdout } = await runCommand(["status"], environment);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^Server +version \S+ at http\S+, running since 2/m);
  assert.match(stdout, /^Jobs +\d+ waiting, \d+ running, 0 dead$/m);
  assert.match(stdout, /^Mail +no mail server is set; e-mails are written to \/.*\/outbox$/m);
  assert.match(stdout, /^Countries +\S+\.mmdb, built 2026-05-28T20:26:40Z$/m);
  assert.match(stdout, /^All is well\.$/m);
  assert.ok(stdout.split("\n").length < 25, "one screen");
  for (const secret of Object.values(knownAdmin)) assert.ok(!stdout.includes(secret), "only the names of settings");

  server.child.kill("SIGTERM");
  await server.finished;
  await rm(countryFile);
  const stopped = await runCommand(["status"], environment);
  assert.equal(stopped.code, 1);
  assert.match(stopped.stdout, /^Server +version \S+, stopped 2/m);
  assert.match(stopped.stdout, /^- The server is not running\.$/m);
  assert.match(stopped.stdout, /^- The file of countries \S+\.mmdb cannot be read: .* Set CONSIGNE_GEOIP_FILE to /m);
  assert.match(stopped.stdout, /^Today +2 uploads \(3 B\), 0 downloads /m, "the counts until the end");
  assert.match(stopped.stdout, /^Stored .*\(counted at least once a day, last at 2\S+Z\)$/m);
});

test("status and the start warn about an administrator without a reachable address, if a mail server is set", async (context) => {
  const { CONSIGNE_ADMIN_EMAIL: _email, CONSIGNE_ADMIN_PASSWORD: _password, ...admin } = knownAdmin;
  const folder = environmentOf(await dataFolder(context), admin);
  const environment = { ...folder, CONSIGNE_SMTP_URL: "smtp://127.0.0.1:9" };
  const server = await startProcess(context, environment);
  const told = /No mail reaches admin@localhost; `consigne-server user email admin@localhost NEW-ADDRESS` gives/;
  assert.match(server.stdout(), told);
  const { code, stdout } = await runCommand(["status"], environment);
  assert.equal(code, 1);
  assert.match(stdout, told);
  assert.equal(stdout.split("\n").filter((line) => /mail reaches/i.test(line)).length, 1, "told once");
  assert.match(stdout, /^Mail +sent through 127\.0\.0\.1$/m);
  const withoutServer = await runCommand(["status"], folder);
  assert.doesNotMatch(withoutServer.stdout, /No mail reaches/);
});

test("status warns about a download origin that does not answer", async (context) => {
  const downloads = createServer((_request, response) => void response.writeHead(404).end()).listen(0, "127.0.0.1");
  await once(downloads, "listening");
  const { port } = downloads.address() as AddressInfo;
  const downloadUrl = `http://127.0.0.1:${port}`;
  const settings = { ...knownAdmin, CONSIGNE_PUBLIC_URL: "http://localhost:8080", CONSIGNE_DOWNLOAD_URL: downloadUrl };
  const environment = environmentOf(await dataFolder(context), settings);
  const server = await startProcess(context, environment);
  const read = async () => (await runCommand(["status"], environment)).stdout;
  assert.doesNotMatch(await read(), /Nothing answers/);
  // The log names the current origins, soon after the server is ready.
  while (!server.stdout().includes(`"downloadUrl":"${downloadUrl}"`)) await sleep(20);
  downloads.closeAllConnections();
  downloads.close();
  assert.ok(
    (await read()).includes(`- Nothing answers at ${downloadUrl} (CONSIGNE_DOWNLOAD_URL), where all downloads`),
  );
});

test("the last errors of the log are kept, latest first and without secrets", () => {
  const errors = new LastErrors();
  const logger = createLogger("info", {
    destination: { write: () => undefined },
    onLine: (line) => errors.look(line),
  });
  logger.info("fine");
  for (let count = 0; count < 12; count++) {
    logger.error({ err: new Error(`reason ${count}`), password: "hunter2" }, "it failed");
  }
  const texts = errors.list().map(({ text }) => text);
  assert.deepEqual([texts.length, texts[0], texts[9]], [10, "it failed: reason 11", "it failed: reason 2"]);
  logger.error("x".repeat(1000));
  assert.equal(errors.list()[0]?.text.length, 300);
});
