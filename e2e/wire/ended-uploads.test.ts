import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { guest } from "@consigne/core";
import { ApiClient, startTestServer, type TestServer } from "@consigne/testkit";
import { assertUnharmed } from "./_after-effects.ts";
import { addKey, addPerson, basic, bearer } from "./_wire.ts";

const PATIENCE_MS = 60_000;

/**
 * Sends fields, the beginning of a file and then nothing; resolves with the status once the server answers on its own.
 */
function beginUpload(server: TestServer, headers: Record<string, string>, fields: Record<string, string> = {}) {
  return sendBeginning(server, headers, fields).status;
}

function sendBeginning(server: TestServer, headers: Record<string, string>, fields: Record<string, string>) {
  const sent = request(`${server.url}/upload.cgi`, {
    method: "POST",
    agent: false,
    headers: {
      ...headers,
      JSON: "1",
      "content-type": "multipart/form-data; boundary=b",
    },
  });
  for (const [name, value] of Object.entries(fields))
    sent.write(`--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  const head = 'Content-Disposition: form-data; name="file[]"; filename="a.bin"';
  sent.write(`--b\r\n${head}\r\n\r\n${"x".repeat(500_000)}`);
  const status = new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("The server did not end the upload.")), PATIENCE_MS);
    sent.on("response", (response) => {
      clearTimeout(timer);
      resolve(response.statusCode ?? 0);
      response.resume();
      sent.destroy();
    });
    sent.on("error", reject);
  });
  return { status, finish: () => sent.end("\r\n--b--\r\n") };
}

async function somethingIsStaged(server: TestServer): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while ((await readdir(join(server.dataDir, "bytes", "staging"))).length === 0) {
    assert.ok(Date.now() < deadline, "waited for the first bytes to be staged");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test("an upload stops when access ends midway, and nothing of it is kept", async () => {
  await using server = await startTestServer({ downloadRecheckMs: 50 });
  const { services } = server;
  const person = await addPerson(server, "person@example.org");
  const other = await addKey(server, person.account);
  const ends: [string, Record<string, string>, () => Promise<unknown>][] = [
    ["key revoked", bearer(other.text), () => services.keys.revoke("operator", other.id)],
    [
      "password changed",
      basic(person.email, person.password),
      () => services.accounts.setPassword("operator", person.account, "another password"),
    ],
    ["account locked", bearer(person.key), () => services.accounts.setLocked("operator", person.account, true)],
  ];
  for (const [what, headers, end] of ends) {
    const status = beginUpload(server, headers);
    await somethingIsStaged(server);
    await end();
    assert.equal(await status, 403, what);
    await assertUnharmed(server);
  }
  const reader = await services.accounts.findByPassword(server.email, server.password, guest("192.0.2.1"));
  assert.ok(reader !== undefined);
  assert.deepEqual((await services.files.list(reader, "root", {})).first, []);
});

test("an upload into a missing folder is refused before its bytes are sent, and if the folder goes meanwhile, at the end", async () => {
  await using server = await startTestServer();
  const key = bearer(server.apiKey);
  const fieldsOf = (folderId: number) => ({ did: String(folderId), only_did: "1" });
  const { id } = await server.seed.folder("/goes");
  assert.equal(await beginUpload(server, key, fieldsOf(999_999)), 404);
  await assertUnharmed(server);

  const late = sendBeginning(server, key, fieldsOf(id));
  await somethingIsStaged(server);
  await new ApiClient(server, server.apiKey).ok("folder/rm", { folder_id: id });
  late.finish();
  assert.equal(await late.status, 404);
  await assertUnharmed(server);
  const { count } = await new ApiClient(server, server.apiKey).ok("file/ls", { folder_id: -1 });
  assert.equal(count, 0);
});
