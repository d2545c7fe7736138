import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, suite, test } from "node:test";
import { fault, type FaultyServer, Gate, startFaultyServer } from "@consigne/testkit";
import type { ByteContext } from "../src/byte-context.ts";
import { Downloads } from "../src/downloads/downloads.ts";
import { createClient } from "../src/index.ts";
import { FAR_CONNECTIONS, LineLength } from "../src/line-length.ts";
import { blockMemory } from "../src/platform/block-memory.ts";
import { byteContext } from "./_byte-context.ts";

const MIB = 1024 * 1024;
const LEAF_BYTES = 4 * MIB;
const PART_BYTES = 8 * MIB;
/** Three pieces. The last one does not consist of whole leaves. */
const content = randomBytes(36 * MIB + 123);

suite("downloads verified piece by piece", () => {
  let server: FaultyServer;
  let folder: string;
  let target: string;
  let url: string;
  let whirlpool: string | undefined;
  let wireUrl: string;

  before(async () => {
    server = await startFaultyServer({ settings: { CONSIGNE_MIN_FREE_BYTES: "1" } });
    const client = createClient({ url: server.url, apiKey: server.apiKey, pacing: "off" });
    const { id } = await client.partUploads.create({ name: "large.bin", sizeBytes: content.length });
    for (let at = 0; at < content.length; at += PART_BYTES)
      await client.partUploads.send(id, 1 + at / PART_BYTES, new Uint8Array(content.subarray(at, at + PART_BYTES)));
    ({ url } = await client.partUploads.complete(id));
    // Computed in the background. Each call waits for it for a limited time.
    while (whirlpool === undefined) ({ whirlpool } = await client.files.info(url));
    const inOneRequest = { isInOneRequest: true };
    const [sent] = await client.uploads.send([await fileOf(randomBytes(17 * MIB))], inOneRequest);
    wireUrl = sent?.url ?? "";
  });
  after(() => server[Symbol.asyncDispose]());

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "consigne-proved-"));
    target = join(folder, "target");
    server.requests.clear();
  });
  afterEach(async () => {
    server.faults.clear();
    await rm(folder, { recursive: true, force: true });
  });

  async function fileOf(bytes: Uint8Array) {
    const { fromBytes } = await import("../src/index.ts");
    return fromBytes(bytes, { name: "wire.bin" });
  }

  /** Created like in `createClient`. No Whirlpool may be computed without a given hasher. */
  const downloadsWith = (changes: Partial<ByteContext> = {}, line?: LineLength) => {
    const { about } = createClient({ url: server.url, apiKey: server.apiKey, pacing: "off" });
    const hasher = { start: () => assert.fail("the whole file must not be hashed") };
    return new Downloads(byteContext(server, { about: async () => about(), hasher, ...changes }), line);
  };
  const fetchedBytes = () => server.requests.list("direct").reduce((sum, { answerBytes }) => sum + answerBytes, 0);
  const isManifest = ({ target: path }: { target: string }) => path.startsWith("/x/v1/manifest/get");
  const isInfo = ({ target: path }: { target: string }) => path.startsWith("/v1/file/info");
  const calls = (isMeant: typeof isInfo) => server.requests.list(isMeant).length;

  async function assertComplete(): Promise<void> {
    assert.deepEqual(await readdir(folder), ["target"]);
    assert.ok((await readFile(target)).equals(content), "the bytes differ");
  }

  /** Leaves an attempt whose connections all ended some time after they began. */
  async function leaveSome(): Promise<string> {
    server.faults.add("direct", fault.cutAfterAnswerBytes(13 * MIB), { times: 2 });
    server.faults.add("direct", fault.cutBeforeRequest(), { times: Infinity });
    await assert.rejects(downloadsWith({ retries: 0 }).toFile(url, target, { connections: 2 }), {
      name: "DownloadFailedError",
    });
    server.faults.clear();
    server.requests.clear();
    const part = (await readdir(folder)).find((name) => name.endsWith(".part"));
    assert.ok(part);
    return join(folder, part);
  }

  async function flip(path: string, position: number): Promise<void> {
    const file = await open(path, "r+");
    const byte = new Uint8Array(1);
    await file.read(byte, 0, 1, position);
    byte[0] = (byte[0] ?? 0) ^ 1;
    await file.write(byte, 0, 1, position);
    await file.close();
  }

  test("need one call for the manifest, and no Whirlpool", async () => {
    const file = await downloadsWith().toFile(url, target);
    assert.deepEqual(file, { path: target, sizeBytes: content.length, whirlpool, verifiedBy: "manifest" });
    await assertComplete();
    assert.deepEqual([calls(isManifest), calls(isInfo)], [1, 0]);
    assert.ok(server.requests.list("direct").length > 1, "several ranges");
    assert.equal(fetchedBytes(), content.length);
  });

  test("repeat only the leaf that had wrong bytes", async () => {
    server.faults.add("direct", fault.flipByte(0));
    await downloadsWith().toFile(url, target);
    await assertComplete();
    assert.equal(fetchedBytes(), content.length + LEAF_BYTES);
  });

  test("use six connections to a distant server, and verify each leaf whoever delivered it", async () => {
    const line = new LineLength();
    line.note(40);
    const gates = Array.from({ length: FAR_CONNECTIONS }, () => new Gate());
    for (const gate of gates) server.faults.add("direct", fault.holdAnswer(gate));
    const running = downloadsWith({}, line).toFile(url, target);
    await Promise.race([Promise.all(gates.map(({ reached }) => reached)), running]);
    assert.equal(server.requests.list("direct").length, FAR_CONNECTIONS);
    for (const gate of gates) gate.open();
    assert.equal((await running).verifiedBy, "manifest");
    await assertComplete();
    const sizes = server.requests.list("direct").map(({ answerBytes }) => answerBytes);
    assert.equal(Math.max(...sizes), LEAF_BYTES);
    assert.equal(sizes.filter((size) => size === MIB).length, 16);
    assert.equal(fetchedBytes(), content.length);
  });

  test("continue where they were, also over one connection, and verify what was there", async () => {
    for (const connections of [1, 4]) {
      const part = await leaveSome();
      await flip(part, 2 * MIB);
      await downloadsWith().toFile(url, target, { connections });
      await assertComplete();
      assert.ok(fetchedBytes() < content.length - 4 * MIB, `${fetchedBytes()}`);
      await rm(target);
    }
  });

  test("fail if bytes stay wrong, keep the others, and later need only that leaf", async () => {
    // Whatever range is requested, its first byte is wrong.
    server.faults.add("direct", fault.flipByte(0), { times: Infinity });
    await assert.rejects(downloadsWith().toFile(url, target, { connections: 1 }), {
      name: "ChecksumMismatchError",
      message: /do not match the server's checksum.*the others are kept/,
    });
    server.faults.clear();
    server.requests.clear();
    await downloadsWith().toFile(url, target, { connections: 1 });
    await assertComplete();
    assert.equal(fetchedBytes(), LEAF_BYTES);
  });

  /** Takes all memory until `free` is called. */
  function takeMemory(): { blocks: Uint8Array<ArrayBuffer>[]; free: () => void } {
    const blocks: Uint8Array<ArrayBuffer>[] = [];
    for (let block = blockMemory.take(); block !== undefined; block = blockMemory.take()) blocks.push(block);
    const free = () => {
      for (const block of blocks.splice(0)) blockMemory.give(block);
    };
    return { blocks, free };
  }

  test("use no memory of others, and return theirs however they end", async () => {
    const all = takeMemory();
    const count = all.blocks.length;
    assert.ok(count > 1);
    try {
      await downloadsWith().toFile(url, target);
      await assertComplete();
      const one = all.blocks.pop();
      assert.ok(one);
      blockMemory.give(one);
      await downloadsWith().toFile(url, target);
      await assertComplete();
      assert.deepEqual(takeMemory().blocks, [one]);
      all.blocks.push(one);
    } finally {
      all.free();
    }
    server.faults.add("direct", fault.cutAfterAnswerBytes(6 * MIB), { times: Infinity });
    await assert.rejects(downloadsWith({ retries: 0 }).toFile(url, join(folder, "cut")), {
      name: "DownloadFailedError",
    });
    const again = takeMemory();
    assert.equal(again.blocks.length, count);
    again.free();
  });

  test("keep half a block when told to stop, and report no more than there is", async () => {
    for (const connections of [1, 3]) {
      const ending = new AbortController();
      const told: number[] = [];
      const onProgress = ({ receivedBytes }: { receivedBytes: number }) => {
        told.push(receivedBytes);
        if (receivedBytes > 6 * MIB) ending.abort(new Error("enough"));
      };
      const options = { connections, onProgress, signal: ending.signal };
      await assert.rejects(downloadsWith().toFile(url, target, options), { message: "enough" });
      server.requests.clear();
      const { signal: _, ...others } = options;
      await downloadsWith().toFile(url, target, others);
      await assertComplete();
      assert.ok(fetchedBytes() <= content.length - 6 * MIB, `${fetchedBytes()}`);
      assert.ok(told.every((bytes) => bytes <= content.length));
      await rm(target);
    }
  });

  test("verify a file of unknown Whirlpool", async () => {
    const { verifiedBy } = await downloadsWith().toFile(url, target, {
      sizeBytes: content.length,
      whirlpool: "unknown",
    });
    assert.equal(verifiedBy, "manifest");
    await assertComplete();
  });

  test("request no manifest if nothing is to be verified", async () => {
    const { verifiedBy } = await downloadsWith().toFile(url, target, { sizeBytes: content.length, verifies: false });
    assert.equal(verifiedBy, undefined);
    await assertComplete();
    assert.deepEqual([calls(isManifest), calls(isInfo)], [0, 0]);
  });

  test("use the Whirlpool if there is no manifest, or one of other bytes", async () => {
    const { hasher } = byteContext(server);
    const plain = await downloadsWith({ hasher }).toFile(wireUrl, target);
    assert.equal(plain.verifiedBy, "whirlpool");
    await rm(target);
    const other = downloadsWith({ hasher }).toFile(url, target, {
      sizeBytes: content.length,
      whirlpool: "0f".repeat(64),
    });
    await assert.rejects(other, { name: "ChecksumMismatchError" });
    assert.deepEqual(await readdir(folder), []);
  });

  test("compare a local file by its manifest", async () => {
    const downloads = downloadsWith();
    await writeFile(target, content);
    assert.equal(await downloads.isSame(url, target), true);
    await flip(target, content.length - 1);
    assert.equal(await downloads.isSame(url, target), false);
    await truncate(target, content.length - 1);
    assert.equal(await downloads.isSame(url, target), false);
    assert.equal(await downloads.isSame(url, join(folder, "none")), false);
    assert.equal(await downloads.isSame(wireUrl, target), undefined, "it has no manifest");
    assert.equal(await downloadsWith({ about: async () => undefined }).isSame(url, target), undefined);
    assert.equal(server.requests.count("direct"), 0);
  });

  test("request nothing from servers that announce no manifests", async () => {
    const { hasher } = byteContext(server);
    const { verifiedBy } = await downloadsWith({ hasher, about: async () => undefined }).toFile(url, target);
    assert.equal(verifiedBy, "whirlpool");
    assert.equal(calls(isManifest), 0);
  });

  test("ignore an invalid manifest", async () => {
    const { hasher } = byteContext(server);
    const manyLeaves = Buffer.alloc(Math.ceil(content.length / 1024) * 32).toString("base64");
    for (const changes of [
      { leaves: "AAAA" },
      { leaves: "%" },
      { leaf_size: 0 },
      { leaf_size: 1e12 },
      { leaf_size: 1024, leaves: manyLeaves },
      { leaf_size: LEAF_BYTES - 0.5, leaves: manyLeaves.slice(0, 64) },
      { size: 1e15 },
    ]) {
      const body = { status: "OK", size: content.length, checksum: "", leaf_size: LEAF_BYTES, leaves: "", ...changes };
      server.faults.add(isManifest, fault.answer({ status: 200, body }));
      const { verifiedBy } = await downloadsWith({ hasher }).toFile(url, target);
      assert.equal(verifiedBy, "whirlpool", JSON.stringify(changes));
      await rm(target);
    }
  });
});
