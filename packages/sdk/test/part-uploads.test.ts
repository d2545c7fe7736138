import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { startTestServer, type TestServer } from "@consigne/testkit";
import {
  BadRequestError,
  type Client,
  ConflictError,
  createClient,
  fromBytes,
  NotFoundError,
  ServerError,
} from "../src/index.ts";

const PART_BYTES = 8 * 1024 ** 2;

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

suite("uploads in parts", () => {
  let server: TestServer;
  let client: Client;

  before(async () => {
    server = await startTestServer({ storage: "memory" });
    client = createClient({ url: server.url, apiKey: server.apiKey, pacing: "off" });
  });
  after(() => server[Symbol.asyncDispose]());

  const partOf = (content: Uint8Array<ArrayBuffer>, number: number) =>
    content.slice((number - 1) * PART_BYTES, number * PART_BYTES);

  test("are continued by another client, and become one file", async () => {
    const content = new Uint8Array(randomBytes(2 * PART_BYTES + 77));
    const upload = await client.partUploads.create({ name: "a.bin", sizeBytes: content.length, path: "/" });
    assert.deepEqual([upload.partCount, upload.partBytes, upload.folderId], [3, PART_BYTES, 0]);
    let sentBytes = 0;
    await client.partUploads.send(upload.id, 3, partOf(content, 3), { onSent: (sent) => (sentBytes = sent) });
    assert.equal(sentBytes, 77);
    await assert.rejects(async () => client.partUploads.complete(upload.id), ConflictError);
    await assert.rejects(client.partUploads.send(upload.id, 3, new Uint8Array(77)), ConflictError);
    await assert.rejects(client.partUploads.send(upload.id, 4, new Uint8Array(77)), BadRequestError);

    const other = createClient({ url: server.url, apiKey: server.apiKey, pacing: "off" });
    const [found] = await all(other.partUploads.list());
    assert.deepEqual([found?.id, found?.receivedParts, found?.receivedBytes], [upload.id, 1, 77]);
    const there = new Set((await all(other.partUploads.parts(upload.id))).map(({ number }) => number));
    assert.deepEqual([...there], [3]);
    const lacking = [1, 2, 3].filter((number) => !there.has(number));
    await Promise.all(lacking.map((number) => other.partUploads.send(upload.id, number, partOf(content, number))));
    assert.equal((await other.partUploads.get(upload.id)).receivedParts, 3);
    const file = await other.partUploads.complete(upload.id);
    assert.deepEqual(await other.partUploads.complete(upload.id), file);
    const sent = await client.uploads.sendOne(fromBytes(content, { name: "same.bin" }), { isInOneRequest: true });
    assert.equal((await client.files.info(file.url)).whirlpool, sent.whirlpool);
    assert.deepEqual(await all(client.partUploads.list()), []);
  });

  test("have a link before they are complete on request, which says that the file is not there yet", async () => {
    const content = new Uint8Array(randomBytes(1000));
    const upload = await client.partUploads.create({ name: "early.bin", sizeBytes: content.length, hasLink: true });
    const url = String(upload.url);
    const [listed] = await all(client.partUploads.list());
    assert.equal(listed?.url, url);
    const impatient = createClient({ url: server.url, apiKey: server.apiKey, pacing: "off", retries: 0 });
    await assert.rejects(
      async () => impatient.files.info(url),
      (error) => {
        assert.ok(error instanceof ServerError);
        assert.deepEqual([error.status, error.number], [503, 600]);
        assert.match(error.message, /0 % of it has arrived/);
        return true;
      },
    );
    await client.partUploads.send(upload.id, 1, content);
    assert.equal((await client.partUploads.complete(upload.id)).url, url);
    assert.equal((await impatient.files.info(url)).sizeBytes, content.length);
    const other = await client.partUploads.create({ name: "plain.bin", sizeBytes: 1 });
    assert.equal(other.url, undefined);
    await client.partUploads.abort(other.id);
  });

  test("are gone after an abort", async () => {
    const { id } = await client.partUploads.create({ name: "b.bin", sizeBytes: 5 });
    await client.partUploads.abort(id);
    await assert.rejects(async () => client.partUploads.get(id), NotFoundError);
    await assert.rejects(async () => client.partUploads.complete(id), NotFoundError);
    await assert.rejects(client.partUploads.send(id, 1, new Uint8Array(5)), NotFoundError);
  });
});
