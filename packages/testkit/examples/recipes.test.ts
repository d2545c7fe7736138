/* The recipes of docs/testing-your-tool.md. `ApiClient` stands where your tool would. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ApiClient,
  fault,
  Gate,
  patternBytes,
  startFaultyServer,
  startTestServer,
  VirtualClock,
} from "@consigne/testkit";

test("seeding accounts, keys, folders and files", async () => {
  await using server = await startTestServer();
  const account = await server.seed.account({ email: "reader@example.org", plan: "premium" });
  const key = await server.seed.apiKey(account, { scopes: { files: "read", downloads: "read" } });
  const file = await server.seed.file("/2026/report.bin", { sizeBytes: 1_000_000, pattern: "report" }, { account });
  const photos = await server.seed.files(
    Array.from({ length: 300 }, (_, n) => ({ path: `/photos/${n}.jpg`, content: { sizeBytes: 500 } })),
    { account },
  );

  const tool = new ApiClient(server, key.text);
  const { items } = await tool.ok("file/ls", { folder_id: photos[0]?.folderId });
  assert.equal((items as unknown[]).length, 300);
  assert.equal((await tool.ok("file/info", { url: file.url }))["checksum"], file.whirlpool);
});

test("waiting until a lock is over", async () => {
  await using server = await startFaultyServer({ limits: "authentic", clock: new VirtualClock() });
  const tool = new ApiClient(server, server.apiKey);

  await server.limits.lock("ip", { forMs: 60_000 });
  assert.equal((await tool.call("file/ls")).status, 403);
  server.clock.advance(60_001);
  assert.equal((await tool.call("file/ls")).status, 200);
});

test("staying below 1fichier.com's limits", async () => {
  await using server = await startFaultyServer({ limits: "authentic", clock: new VirtualClock() });
  const tool = new ApiClient(server, server.apiKey);

  await tool.ok("folder/ls", { folder_id: 0 });
  assert.deepEqual(await server.limits.locks(), []);
  assert.ok(server.requests.count("api") <= 4);
});

test("requesting a new download link after the old one has expired", async () => {
  await using server = await startTestServer({ clock: new VirtualClock() });
  const { url } = await server.seed.file("/film.mkv", { sizeBytes: 10_000 });
  const tool = new ApiClient(server, server.apiKey);

  const old = String((await tool.ok("download/get_token", { url }))["url"]);
  server.clock.advance(31 * 60_000);
  assert.equal((await fetch(old)).ok, false);
  assert.equal((await tool.download(url)).status, 200);
});

test("an upload cut off before and after the server has it", async () => {
  await using server = await startFaultyServer();
  const tool = new ApiClient(server, server.apiKey);

  server.faults.add("upload.cgi", fault.cutAfterRequestBytes(50_000));
  await assert.rejects(tool.upload({ "a.bin": "x".repeat(200_000) }));

  server.faults.add("upload.cgi", fault.cutBeforeAnswer());
  await assert.rejects(tool.upload({ "b.bin": "stored all the same" }));

  const { items } = await tool.ok("file/ls", { folder_id: 0 });
  assert.deepEqual(
    (items as { filename: string }[]).map((item) => item.filename),
    ["b.bin"],
  );
});

test("a late report", async () => {
  await using server = await startFaultyServer();
  const tool = new ApiClient(server, server.apiKey);

  server.faults.lateReport(1);
  server.faults.lateReport(1, fault.emptyReport());
  const ask = async () => (await tool.request("/end.pl?xid=AbCdEf0123", { headers: { JSON: "1" } })).text;
  assert.match(await ask(), /Please wait/);
  assert.match(await ask(), /"links":\[\]/);
});

test("the second of several connections breaking off", async () => {
  await using server = await startFaultyServer();
  const content = { sizeBytes: 100_000, pattern: "parts" };
  const { url } = await server.seed.file("/parts.bin", content);
  const tool = new ApiClient(server, server.apiKey);

  server.faults.add((request) => request.headers.range === "bytes=50000-", fault.cutAfterAnswerBytes(10_000));
  await assert.rejects(tool.download(url, { range: "bytes=50000-" }));
  const again = await tool.download(url, { range: "bytes=50000-" });
  assert.deepEqual(new Uint8Array(again.bytes), patternBytes(content).subarray(50_000));
});

test("something happening during a call", async () => {
  await using server = await startFaultyServer();
  const tool = new ApiClient(server, server.apiKey);

  const gate = new Gate();
  server.faults.add("file/ls", fault.holdAnswer(gate));
  const listing = tool.call("file/ls");
  await gate.reached;
  await server.seed.file("/meanwhile.txt", "not in the answer that waits");
  gate.open();
  assert.deepEqual((await listing).json?.["items"], []);
});

test("the server going away and coming back", async () => {
  await using server = await startFaultyServer();
  const tool = new ApiClient(server, server.apiKey);

  await server.stop();
  await assert.rejects(tool.call("file/ls"));
  await server.start();
  assert.equal((await tool.call("file/ls")).status, 200);
});
