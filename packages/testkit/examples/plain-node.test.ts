/*
 * A small 1fichier tool in plain Node, and tests that show it keeps files whatever the line does.
 * `npm test -- plain-node` runs it in this repository, `node --test plain-node.test.ts` anywhere else.
 */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { fault, type FaultyServer, startFaultyServer, VirtualClock } from "@consigne/testkit";

// Your tool, with its base URL as a setting. On 1fichier.com that is https://api.1fichier.com.

interface Account {
  url: string;
  apiKey: string;
}

async function listNames({ url, apiKey }: Account): Promise<string[]> {
  const response = await fetch(`${url}/v1/file/ls.cgi`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ folder_id: 0 }),
  });
  const answer = (await response.json()) as { message?: string; items?: { filename: string }[] };
  if (!response.ok) throw new Error(answer.message);
  return (answer.items ?? []).map((item) => item.filename);
}

/** Sends a file and returns its link. The report says whether the server has it, however the sending ended. */
async function backUp({ url, apiKey }: Account, name: string, text: string): Promise<string> {
  const id = crypto.randomUUID().replaceAll("-", "").slice(0, 10);
  const body = new FormData();
  body.append("file[]", new Blob([text]), name);
  const headers = { authorization: `Bearer ${apiKey}` };
  const sending = fetch(`${url}/upload.cgi?id=${id}`, { method: "POST", headers, body, redirect: "manual" });
  await sending.catch(() => undefined);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const report = await (await fetch(`${url}/end.pl?xid=${id}`, { headers: { JSON: "1" } })).text();
    const isJson = report.startsWith("{");
    const link = isJson ? (JSON.parse(report) as { links?: { download: string }[] }).links?.[0]?.download : undefined;
    if (link !== undefined) return link;
  }
  throw new Error(`${name} is not on the server.`);
}

// Its tests.

let server: FaultyServer;
before(async () => {
  server = await startFaultyServer({ clock: new VirtualClock() });
});
beforeEach(() => {
  server.faults.clear();
  server.requests.clear();
});
after(() => server[Symbol.asyncDispose]());

test("lists files with a single call", async () => {
  await server.seed.file("/notes.txt", "seeded past the wire");
  assert.deepEqual(await listNames(server), ["notes.txt"]);
  assert.equal(server.requests.count("api"), 1);
});

test("makes no calls while it is locked", async () => {
  server.limits.use("authentic");
  await server.limits.lock("key", { forMs: 30_000 });
  await assert.rejects(listNames(server), /Flood detected/);
  assert.equal(server.requests.count("api"), 1);
  server.clock.advance(30_001);
  await listNames(server);
  server.limits.use("off");
});

test("uploads a file once, although the connection broke before the answer", async () => {
  server.faults.add("upload.cgi", fault.cutBeforeAnswer());
  const link = await backUp(server, "once.txt", "kept");
  assert.ok(link.startsWith(server.url));
  assert.equal(server.requests.count("upload.cgi"), 1);
});

test("reports a connection that broke in the middle of the file", async () => {
  server.faults.add("upload.cgi", fault.cutAfterRequestBytes(1000));
  await assert.rejects(backUp(server, "half.txt", "x".repeat(100_000)), /half.txt is not on the server/);
  assert.ok(!(await listNames(server)).includes("half.txt"));
});

test("waits for a late report", async () => {
  server.faults.lateReport(3);
  await backUp(server, "late.txt", "kept");
  assert.equal(server.requests.count("end.pl"), 4);
});
