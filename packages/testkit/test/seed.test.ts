import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ApiClient, patternBytes, startTestServer, type TestServer } from "@consigne/testkit";

suite("seeding", () => {
  let server: TestServer;
  let client: ApiClient;
  before(async () => {
    server = await startTestServer();
    client = new ApiClient(server, server.apiKey);
  });
  after(() => server[Symbol.asyncDispose]());

  test("makes a file with its parent folders, and returns its link and checksum", async () => {
    const file = await server.seed.file("/holiday/2026/sea.txt", "waves");
    const { items } = await client.ok("file/ls", { folder_id: file.folderId });
    const [item] = items as { url: string; filename: string; size: number; checksum: string }[];
    assert.deepEqual(
      { url: item?.url, name: item?.filename, sizeBytes: item?.size, whirlpool: item?.checksum },
      { url: file.url, name: "sea.txt", sizeBytes: 5, whirlpool: file.whirlpool },
    );
    assert.equal((await client.download(file.url)).bytes.toString(), "waves");
    assert.equal((await client.ok("file/info", { url: file.url }))["path"], "holiday/2026");
  });

  test("makes folders once", async () => {
    const first = await server.seed.folder("a/b/c");
    const again = await server.seed.folder("/a/b/c/");
    assert.equal(first.id, again.id);
    assert.equal(again.path, "/a/b/c");
    const file = await server.seed.file("a/b/c/x.txt", "x");
    assert.equal(file.folderId, first.id);
    // The server stores this name with other characters.
    const odd = await server.seed.folder("/a/new\nline");
    assert.equal((await server.seed.folder("/a/new\nline")).id, odd.id);
  });

  test("makes many files and returns them in the requested order", async () => {
    const list = Array.from({ length: 1200 }, (_, index) => ({
      path: `/many/folder-${index % 3}/file-${index}.bin`,
      content: { sizeBytes: 100 + index },
    }));
    const files = await server.seed.files(list);
    assert.deepEqual(
      files.map(({ path, sizeBytes }) => ({ path, content: { sizeBytes } })),
      list,
    );
    assert.equal(new Set(files.map((file) => file.url)).size, 1200);
    const probe = files[777];
    assert.ok(probe !== undefined);
    const { bytes } = await client.download(probe.url);
    assert.deepEqual(new Uint8Array(bytes), patternBytes({ pattern: "/many/folder-0/file-777.bin", sizeBytes: 877 }));
  });

  test("makes files with equal content and equal names", async () => {
    const files = await server.seed.files([
      { path: "/twins/t.txt", content: "same" },
      { path: "/twins/t.txt", content: "same" },
    ]);
    assert.equal(files[0]?.whirlpool, files[1]?.whirlpool);
    assert.notEqual(files[0]?.url, files[1]?.url);
  });

  test("makes an account with a plan, and a key with the given scopes", async () => {
    const account = await server.seed.account({ email: "reader@example.org", plan: "access" });
    const file = await server.seed.file("/own.txt", "of the reader", { account });
    const key = await server.seed.apiKey(account, { scopes: { files: "read", account: "read" } });
    const reader = new ApiClient(server, key.text);
    const { items } = await reader.ok("file/ls", { folder_id: 0 });
    assert.deepEqual(
      (items as { url: string }[]).map((item) => item.url),
      [file.url],
    );
    assert.equal((await reader.ok("user/info"))["offer"], "2");
    assert.equal((await reader.call("file/rm", { files: [{ url: file.url }] })).status, 403);
  });

  test("protects files with a password", async () => {
    const { url } = await server.seed.file("/secret.txt", "hush", { password: "open sesame" });
    assert.equal((await client.call("file/info", { url })).json?.["pass"], 1);
  });

  test("refuses what an upload refuses", async () => {
    await using small = await startTestServer({ settings: { CONSIGNE_MAX_FILE_BYTES: "10" } });
    await assert.rejects(small.seed.file("/large.bin", { sizeBytes: 11 }), { code: "file-too-large" });
    await assert.rejects(small.seed.account({ email: "no address" }), { code: "bad-argument" });
  });
});

test("keeps bytes in memory across a restart on request", async () => {
  await using server = await startTestServer({ storage: "memory" });
  const { url } = await server.seed.file("/kept.bin", { sizeBytes: 100_000, pattern: "kept" });
  await server.restart();
  const { bytes } = await new ApiClient(server, server.apiKey).download(url);
  assert.deepEqual(new Uint8Array(bytes), patternBytes({ sizeBytes: 100_000, pattern: "kept" }));
  await assert.rejects(startTestServer({ storage: "memory", dataDir: server.dataDir }), /left without them/);
});
