import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startTestServer, type TestServer } from "@consigne/testkit";
import {
  createBuiltInHasher,
  createClient,
  fromBytes,
  type HasherFactory,
  isChecksumMismatchError,
} from "../src/index.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server[Symbol.asyncDispose]());

const clientWith = (hasher: HasherFactory) =>
  createClient({ url: server.url, apiKey: server.apiKey, pacing: "off", hasher });

test("a client uploads and downloads with the hasher it is given", async () => {
  const builtIn = createBuiltInHasher();
  let hashedBytes = 0;
  const client = clientWith({
    start: () => {
      const hash = builtIn.start();
      return {
        update: async (chunk) => {
          hashedBytes += chunk.byteLength;
          await hash.update(chunk);
        },
        digest: () => hash.digest(),
        abort: () => hash.abort(),
      };
    },
  });
  const bytes = randomBytes(3_000_000);
  const file = await client.uploads.sendOne(fromBytes(bytes, { name: "a.bin" }));
  assert.equal(hashedBytes, bytes.length);
  assert.equal((await client.files.info(file.url)).whirlpool, file.whirlpool);
  const folder = await mkdtemp(join(tmpdir(), "consigne-sdk-"));
  try {
    await client.downloads.toFile(file.url, join(folder, "a.bin"));
    assert.deepEqual(await readdir(folder), ["a.bin"]);
    assert.ok((await readFile(join(folder, "a.bin"))).equals(bytes));
    assert.equal(hashedBytes, 2 * bytes.length);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a file that the server hashes differently is removed there and reported", async () => {
  const wrong = {
    start: () => ({ update: () => undefined, digest: async () => "0".repeat(128), abort: () => undefined }),
  };
  const client = clientWith(wrong);
  const { id } = await client.folders.create("wrong");
  await assert.rejects(
    client.uploads.sendOne(fromBytes("x", { name: "x" }), { folderId: id }),
    (error) => isChecksumMismatchError(error) && /was removed/.test(error.message),
  );
  assert.deepEqual(await client.files.list(id), []);
});
