import { guest } from "@consigne/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiClient, startTestServer } from "@consigne/testkit";
import { watchedPorts } from "./_watched-ports.ts";
import { addPerson, idOf, uploadOne } from "./_wire.ts";

/** Twenty guesses are tried in ten minutes. When many come at once, a few more may pass on a very busy machine. */
const isMostlyRefused = (statuses: readonly number[]): boolean =>
  statuses.filter((status) => status !== 403).length < statuses.length / 2;

test("parallel guesses are locked out like sequential ones", async () => {
  await using server = await startTestServer({ settings: { CONSIGNE_LIMITS: "authentic" } });
  const statusOf = async (password: string) => {
    const basic = Buffer.from(`${server.email}:${password}`).toString("base64");
    const url = `${server.url}/?abcdefghijklmnopqrst&auth=1`;
    const answer = await fetch(url, { headers: { authorization: `Basic ${basic}` } });
    await answer.arrayBuffer();
    return answer.status;
  };
  assert.equal(await statusOf(server.password), 404, "the right password gets past the challenge");
  const statuses = await Promise.all(Array.from({ length: 60 }, (_, index) => statusOf(`wrong password ${index}`)));
  assert.ok(isMostlyRefused(statuses), statuses.join());
  assert.equal(await statusOf(server.password), 403, "the guess after too many was still tried");
});

test("parallel guesses of link passwords are locked out, too", async () => {
  await using server = await startTestServer({ settings: { CONSIGNE_LIMITS: "authentic" } });
  const form = new FormData();
  form.append("dpass", "the link's own");
  form.append("file[]", new Blob(["bytes"]), "a.txt");
  const headers = { authorization: `Bearer ${server.apiKey}`, json: "1" };
  const sent = await fetch(`${server.url}/upload.cgi`, { method: "POST", body: form, headers });
  const report = (await sent.json()) as { links: { download: string }[] };
  const link = report.links[0]?.download ?? "";
  const statusOf = async (pass: string) => {
    const answer = await fetch(link, { method: "POST", body: new URLSearchParams({ pass }), redirect: "manual" });
    await answer.arrayBuffer();
    return answer.status;
  };
  assert.equal(await statusOf("the link's own"), 302);
  const statuses = await Promise.all(Array.from({ length: 60 }, (_, index) => statusOf(`wrong ${index}`)));
  assert.ok(isMostlyRefused(statuses), statuses.join());
  assert.equal(await statusOf("the link's own"), 403, "the guess after too many was still tried");
});

test("copying several protected links lets others at that address have a password checked in between", async () => {
  const log: string[] = [];
  let onFileRead = (_fileId: string): void => undefined;
  await using server = await startTestServer({
    replacePorts: (embedded) => watchedPorts(embedded, { onFileRead: (fileId) => onFileRead(fileId) }),
  });
  const owner = new ApiClient(server, server.apiKey);
  const other = await addPerson(server, "other@example.org");
  const pass = "open sesame";
  const urls: string[] = [];
  for (const name of ["1", "2", "3"]) urls.push(await uploadOne(owner, name, name, { dpass: pass }));
  const neighbour = Promise.withResolvers<void>();
  onFileRead = (fileId) => {
    const name = String(urls.findIndex((url) => idOf(url) === fileId) + 1);
    if (log.includes(name)) return;
    log.push(name);
    if (name === "1")
      neighbour.resolve(server.services.flood.guess(guest("127.0.0.1"), async () => void log.push("neighbour")));
  };
  assert.equal((await other.client.ok("file/cp", { urls, pass }))["copied"], 3);
  await neighbour.promise;
  assert.deepEqual(log, ["1", "neighbour", "2", "3"]);
});
