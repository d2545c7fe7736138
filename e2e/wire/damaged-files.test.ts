import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { endpoints } from "@consigne/contract";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertAnswer, fileInfo } from "./_shapes.ts";
import { assertRefusal, send, uploadOne } from "./_wire.ts";

/** More than a connection takes in before its reader reads. */
const content = new Uint8Array(32 * 1024 * 1024).fill(7);

async function flipOneByte(server: TestServer): Promise<void> {
  const folder = join(server.dataDir, "bytes", "blobs");
  const [path, ...others] = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  assert.ok(path !== undefined && others.length === 0, "one content is stored");
  const bytes = await readFile(path);
  bytes[1000] = 8;
  await writeFile(path, bytes);
}

async function damageListed(owner: ApiClient): Promise<unknown[]> {
  const { items } = assertAnswer(endpoints.fileLs, await owner.call("file/ls"));
  return (items as Record<string, unknown>[]).map(({ damaged }) => damaged);
}

test("a damaged file is reported, never sent, and repaired by uploading it again", async () => {
  const log: string[] = [];
  await using server = await startTestServer({ downloadRecheckMs: 20, onLogLine: (line) => log.push(line) });
  const owner = new ApiClient(server, server.apiKey);
  const url = await uploadOne(owner, "a.bin", content);
  assert.ok(!("damaged" in (await fileInfo(owner, url))));
  const { url: direct } = await owner.ok("download/get_token", { url });
  const running = get(String(direct), { agent: false });
  const [response] = (await once(running, "response")) as [IncomingMessage];
  assert.equal(response.statusCode, 200);

  await flipOneByte(server);
  assert.equal((await server.services.storageCheck.run({ repair: false, isDeep: true })).isSound, false);

  let receivedBytes = 0;
  response.on("data", (chunk: Buffer) => (receivedBytes += chunk.length));
  const [error] = (await once(response, "error")) as [NodeJS.ErrnoException];
  assert.equal(error.code, "ECONNRESET", "the running download is cut off");
  assert.ok(receivedBytes < content.length);

  assert.equal((await fileInfo(owner, url))["damaged"], 1);
  assertRefusal(await owner.call("download/get_token", { url }), 503, 594);
  assertRefusal(await owner.call("file/cp", { urls: [url], rename: "copy.bin" }), 503, 594);
  assertRefusal(await send(String(direct)), 503, 594);
  for (const options of [{}, { method: "POST" }, { headers: { authorization: `Bearer ${server.apiKey}` } }]) {
    const page = await send(url, options);
    assert.equal(page.status, 503, page.text);
    assert.match(page.text, /stored data of this file is damaged/);
    assert.doesNotMatch(page.text, /File not found|deleted/);
  }
  assert.deepEqual(await damageListed(owner), [1]);

  const again = await uploadOne(owner, "again.bin", content);
  assert.ok(!("damaged" in (await fileInfo(owner, url))));
  assert.deepEqual(await damageListed(owner), [undefined, undefined]);
  for (const link of [url, again]) assert.deepEqual((await owner.download(link)).bytes, Buffer.from(content));
  const told = log.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(told.filter(({ msg }) => msg === "an upload repaired damaged bytes").length, 1);
  assert.equal((await server.services.storageCheck.run({ repair: false, isDeep: true })).isSound, true);
});

test("a damaged file with a password reveals nothing before the password is given", async () => {
  await using server = await startTestServer();
  const owner = new ApiClient(server, server.apiKey);
  const url = await uploadOne(owner, "a.bin", content, { dpass: "secret word" });
  await flipOneByte(server);
  await server.services.storageCheck.run({ repair: false, isDeep: true });
  const page = await send(url);
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.text, /damaged/);
  const form = { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" } };
  assert.match((await send(url, { ...form, body: "pass=wrong+word" })).text, /Bad password/);
  assert.equal((await send(url, { ...form, body: "pass=secret+word" })).status, 503);
});
