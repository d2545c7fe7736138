import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { endpoints } from "@consigne/contract";
import type { Ports } from "@consigne/core";
import { startTestServer, type TestServer } from "@consigne/testkit";
import { begin, complete, contentOf, MIB, putAll } from "./_parts.ts";
import { assertAnswer } from "./_shapes.ts";
import { addPerson, assertRefusal, idOf, makeFolder, type Person, uploadOne } from "./_wire.ts";

const LEAF_BYTES = 4 * MIB;

function leavesOf(content: Buffer): Buffer {
  const leaves: Buffer[] = [];
  for (let at = 0; at < content.length; at += LEAF_BYTES) {
    leaves.push(
      createHash("sha256")
        .update(content.subarray(at, at + LEAF_BYTES))
        .digest(),
    );
  }
  return Buffer.concat(leaves);
}

suite("manifests, and checksums computed after the answer", () => {
  let server: TestServer;
  let person: Person;
  let other: Person;
  let ports: Ports;
  /** Stored bytes are only read for a checksum while this gate is open. */
  let gate = Promise.resolve();
  /** Called when all bytes were read and only the gate is left. */
  let tellRead = () => {};

  before(async () => {
    server = await startTestServer({
      settings: { CONSIGNE_MIN_FREE_BYTES: "1" },
      replacePorts: (embedded) => {
        const hasher = { ...embedded.hasher, start: embedded.hasher.start.bind(embedded.hasher) };
        ports = { ...embedded, hasher: { ...hasher, start: (algorithm) => gated(hasher.start(algorithm), algorithm) } };
        return ports;
      },
    });
    person = await addPerson(server, "person@example.org");
    other = await addPerson(server, "other@example.org");
  });
  after(() => server[Symbol.asyncDispose]());

  function gated(hash: ReturnType<Ports["hasher"]["start"]>, algorithm: unknown): ReturnType<Ports["hasher"]["start"]> {
    if (algorithm !== undefined) return hash;
    return {
      update: (chunk) => hash.update(chunk),
      digest: async () => {
        tellRead();
        await gate;
        return hash.digest();
      },
      abort: () => hash.abort(),
    };
  }

  /** Keeps checksums from being known until the returned function is called. */
  function holdChecksums(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    return resolve;
  }

  const sentByParts = async (content: Buffer, fields: object = {}, by = person) => {
    const { id } = await begin(by.client, content.length, fields);
    await putAll(server, by.key, id, content);
    return (await complete(by.client, id)).url;
  };
  const manifest = async (url: string, by = person) =>
    assertAnswer(endpoints.manifestGet, await by.client.call("/x/v1/manifest/get", { url }));
  const bytesOf = async (url: string, headers: Record<string, string> = {}) => {
    const { pathname } = new URL(String((await person.client.ok("download/get_token", { url }))["url"]));
    return fetch(new URL(pathname, server.url), { headers });
  };
  const listed = async (folder: number) => {
    const { items } = await person.client.ok("file/ls", { folder_id: folder });
    return (items as { checksum: string }[]).map(({ checksum }) => checksum);
  };
  const contentAt = async (url: string) => {
    const file = await ports.database.files.findById(idOf(url));
    assert.ok(file);
    return file;
  };

  test("are available at once for an upload in parts, and for one in a single request once it was read again", async () => {
    const content = contentOf(2, 12_345);
    const [url, twin] = [
      await sentByParts(content),
      await uploadOne(other.client, "b.bin", new Uint8Array(randomBytes(9 * MIB))),
    ];
    const told = await manifest(url);
    assert.deepEqual(Buffer.from(String(told["leaves"]), "base64"), leavesOf(content));
    assert.deepEqual([told["size"], told["leaf_size"], told["next"]], [content.length, LEAF_BYTES, undefined]);
    assert.equal((await manifest(twin, other))["leaves"], undefined);
    const { isSound } = await server.services.storageCheck.run({ repair: false, isDeep: true });
    assert.ok(isSound);
    assert.equal(Buffer.from(String((await manifest(twin, other))["leaves"]), "base64").length, 3 * 32);
  });

  test("are the same for both ways of uploading the same bytes", async () => {
    const content = contentOf(1, 5 * MIB);
    const url = await uploadOne(person.client, "wire.bin", new Uint8Array(content));
    await server.services.storageCheck.run({ repair: false, isDeep: true });
    assert.deepEqual(Buffer.from(String((await manifest(url))["leaves"]), "base64"), leavesOf(content));
  });

  test("are shown to those who may download the file, and nobody else", async () => {
    const url = await sentByParts(randomBytes(100), { pass: "open sesame" });
    assertRefusal(await other.client.call("/x/v1/manifest/get", { url }), 403, 403);
    await other.client.ok("/x/v1/manifest/get", { url, pass: "open sesame" });
    assertRefusal(await person.client.call("/x/v1/manifest/get", { url, page: 1 }), 400, 550);
    await person.client.ok("file/rm", { files: [{ url }] });
    assertRefusal(await person.client.call("/x/v1/manifest/get", { url }), 404, 469);
  });

  test("may be missing at first: lists show no checksum, and the bytes have another ETag", async () => {
    const letGo = holdChecksums();
    const folder = await makeFolder(person.client, "fresh");
    const content = contentOf(1, 77);
    const url = await sentByParts(content, { folder_id: folder });
    assert.deepEqual(await listed(folder), [""]);
    const [before, { blobKey }] = [await bytesOf(url), await contentAt(url)];
    assert.equal(before.headers.get("etag"), `"${blobKey.slice(0, 32)}"`);
    assert.deepEqual(Buffer.from(await before.arrayBuffer()), content);
    const asked = person.client.ok("file/info", { url });
    letGo();
    const { checksum } = await asked;
    assert.match(String(checksum), /^[0-9a-f]{128}$/);
    assert.deepEqual(await listed(folder), [checksum]);
    const after = await bytesOf(url, { range: "bytes=5-9", "if-range": before.headers.get("etag") ?? "" });
    assert.equal(after.status, 200, "ranges of the old and the new content are not mixed");
    assert.equal(after.headers.get("etag"), `"${String(checksum).slice(0, 32)}"`);
    assert.deepEqual(Buffer.from(await after.arrayBuffer()), content);
  });

  test("merge equal files into one content while earlier downloads continue", async () => {
    const content = contentOf(1, 99);
    const wired = await uploadOne(other.client, "wired.bin", new Uint8Array(content));
    const letGo = holdChecksums();
    const [one, two] = [await sentByParts(content), await sentByParts(content)];
    const { pathname } = new URL(String((await person.client.ok("download/get_token", { url: one }))["url"]));
    const contents = async () =>
      new Set((await Promise.all([one, two, wired].map(contentAt))).map(({ blobId }) => blobId));
    assert.equal((await contents()).size, 3);
    letGo();
    await Promise.all([one, two].map((url) => person.client.ok("file/info", { url })));
    assert.equal((await contents()).size, 1);
    const answer = await fetch(new URL(pathname, server.url));
    assert.equal(answer.status, 200);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), content);
    assert.deepEqual(Buffer.from(String((await manifest(wired, other))["leaves"]), "base64"), leavesOf(content));
    const { isSound, findings } = await server.services.storageCheck.run({ repair: true, isDeep: true });
    assert.ok(isSound, JSON.stringify(findings));
  });

  test("never replace other content by equal bytes that get lost during the merge", async () => {
    const content = contentOf(1, 101);
    const wired = await uploadOne(other.client, "kept.bin", new Uint8Array(content));
    const { promise: isRead, resolve } = Promise.withResolvers<void>();
    const letGo = holdChecksums();
    tellRead = resolve;
    const lost = await sentByParts(content);
    const { blobKey, blobId } = await contentAt(lost);
    await isRead;
    await ports.blobs.remove(blobKey);
    assert.ok(await ports.database.blobs.setDamaged(blobId, blobKey, new Date()));
    letGo();
    assert.equal((await person.client.ok("file/info", { url: lost }))["checksum"], "");
    assert.deepEqual(Buffer.from((await other.client.download(wired)).bytes), content);
    await person.client.ok("file/rm", { files: [{ url: lost }] });
  });

  test("never release what the operator has blocked, even before the checksum is known", async () => {
    const content = randomBytes(3000);
    const url = await uploadOne(other.client, "blocked.bin", new Uint8Array(content));
    const letGo = holdChecksums();
    const early = await sentByParts(content);
    await server.services.contentBlocks.block("operator", idOf(url), "");
    const late = await sentByParts(content);
    const harmless = await sentByParts(randomBytes(3000));
    for (const each of [early, late]) {
      assertRefusal(await person.client.call("download/get_token", { url: each }), 410, 595);
      assertRefusal(await person.client.call("/x/v1/manifest/get", { url: each }), 410, 595);
    }
    letGo();
    for (const each of [early, late, harmless]) await person.client.ok("file/info", { url: each });
    for (const each of [early, late])
      assertRefusal(await person.client.call("download/get_token", { url: each }), 410, 595);
    await person.client.ok("download/get_token", { url: harmless });
  });

  test("are computed first when a file without a checksum is blocked", async () => {
    const letGo = holdChecksums();
    const content = randomBytes(3001);
    const url = await sentByParts(content);
    const blocking = server.services.contentBlocks.block("operator", idOf(url), "");
    letGo();
    const { block } = await blocking;
    assert.match(block.whirlpool, /^[0-9a-f]{128}$/);
    const again = await sentByParts(content);
    assertRefusal(await person.client.call("download/get_token", { url: again }), 410, 595);
  });

  test("mark bytes that changed on disk before hashing, without a checksum", async () => {
    const letGo = holdChecksums();
    const content = contentOf(1, 5);
    const url = await sentByParts(content);
    const { blobKey, blobId } = await contentAt(url);
    const other = Buffer.from(content);
    other[5 * MIB] = (other[5 * MIB] ?? 0) ^ 1;
    const open = ports.blobs.open.bind(ports.blobs);
    ports.blobs.open = async (key, span) => {
      const reader = await open(key, span);
      if (key !== blobKey) return reader;
      let at = span?.start ?? 0;
      const read = async (buffer: Uint8Array) => {
        const count = await reader.read(buffer);
        buffer.set(other.subarray(at, at + count));
        at += count;
        return count;
      };
      return { sizeBytes: reader.sizeBytes, read, close: () => reader.close() };
    };
    try {
      letGo();
      assert.equal((await person.client.ok("file/info", { url }))["checksum"], "");
      assertRefusal(await person.client.call("download/get_token", { url }), 503, 594);
    } finally {
      ports.blobs.open = open;
    }
    await server.services.storageCheck.run({ repair: false, isDeep: true });
    assert.equal((await ports.database.blobs.findById(blobId))?.damagedAt, undefined);
    assert.match(String((await person.client.ok("file/info", { url }))["checksum"]), /^[0-9a-f]{128}$/);
  });
});
