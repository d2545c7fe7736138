import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { appendFile, mkdtemp, rm, stat, utimes, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { ApiClient, fault, type FaultyServer, Gate, startFaultyServer } from "@consigne/testkit";
import type { ByteContext } from "../src/byte-context.ts";
import { createClient } from "../src/client.ts";
import { fromPath, fromStream } from "../src/uploads/upload-source.ts";
import type { UploadMemory } from "../src/uploads/upload-memory.ts";
import type { UploadProgress } from "../src/uploads/upload-progress.ts";
import { type UploadOptions, Uploads } from "../src/uploads/uploads.ts";
import { byteContext } from "./_byte-context.ts";
import { PRESERVED_DATE, rewritePreservingDate } from "./_preserved-date.ts";

const MIB = 1024 ** 2;
const PART_BYTES = 8 * MIB;
/** Three parts, the last one short. */
const content = randomBytes(2 * PART_BYTES + 77);
const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

let server: FaultyServer;
let api: ApiClient;
let folder: string;
let path: string;
let folderId: number;
let folders = 0;

before(async () => {
  server = await startFaultyServer({ storage: "memory" });
  api = new ApiClient(server, server.apiKey);
});
after(() => server[Symbol.asyncDispose]());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "consigne-sdk-"));
  path = join(folder, "film.mkv");
  await writeFile(path, content);
  folderId = Number((await api.ok("folder/mkdir", { name: `f${folders++}`, folder_id: 0 }))["folder_id"]);
  server.requests.clear();
});
afterEach(async () => {
  server.faults.clear();
  await rm(folder, { recursive: true, force: true });
});

/** Server details of a server that accepts no leaf hashes for parts. */
const aboutWithoutLeaves = async () => {
  const about = await createClient({ url: server.url, apiKey: server.apiKey, pacing: "off" }).about();
  return about && { ...about, extensions: about.extensions.filter((name) => name !== "leaves") };
};

function uploadsWith(changes: Partial<ByteContext> = {}): Uploads {
  const { url, apiKey } = server;
  const about = () => createClient({ url, apiKey, pacing: "off" }).about();
  // The server needs a while to notice a cut connection and blocks its part until then.
  return new Uploads(byteContext(server, { about, retries: 1000, ...changes }));
}

const send = async (options: UploadOptions = {}, changes: Partial<ByteContext> = {}) =>
  uploadsWith(changes).sendOne(await fromPath(path), { folderId, ...options });

/** An upload memory that lives as long as the test. */
class KeptMemory implements UploadMemory {
  id: string | undefined;
  readonly load = async () => this.id;
  readonly save = async (id: string) => void (this.id = id);
  readonly clear = async () => void (this.id = undefined);
}

const isPart = ({ method }: { method: string }) => method === "PUT";
const isPartOf =
  (number: number) =>
  ({ method, target }: { method: string; target: string }) =>
    method === "PUT" && target.endsWith(`/${number}`);
const isCall =
  (name: string) =>
  ({ target }: { target: string }) =>
    target === `/x/v1/uploads/${name}`;
/** How often each part was received. */
const takenParts = () => [1, 2, 3].map((each) => server.requests.list(isPartOf(each)).filter(wasTaken).length);
const wasTaken = ({ status, requestBytes }: { status: number | undefined; requestBytes: number }) =>
  status === 200 && requestBytes > 0;

async function stored(): Promise<string[]> {
  server.faults.clear();
  const { items } = await api.ok("file/ls", { folder_id: folderId });
  const files = items as { url: string }[];
  return Promise.all(files.map(async ({ url }) => sha((await api.download(url)).bytes)));
}

async function leftUploads(): Promise<number> {
  const { uploads } = await api.ok("/x/v1/uploads/list", {});
  return (uploads as { folder_id: number }[]).filter((each) => each.folder_id === folderId).length;
}

describe("a large file sent to a server that accepts parts", () => {
  test("is uploaded in parts, each once", async () => {
    const seen: UploadProgress[] = [];
    const file = await send({ onProgress: (progress) => seen.push(progress) });
    assert.deepEqual([file.name, file.sizeBytes], ["film.mkv", content.length]);
    assert.deepEqual(await stored(), [sha(content)]);
    assert.deepEqual(takenParts(), [1, 1, 1]);
    assert.equal(server.requests.count("upload.cgi"), 0);
    assert.deepEqual([...new Set(seen.map(({ phase }) => phase))], ["sending", "verifying", "done"]);
    assert.deepEqual([seen.at(-1)?.sentBytes, seen.at(-1)?.resumedBytes], [content.length, 0]);
    assert.ok(seen.every(({ sentBytes }, index) => sentBytes >= (seen[index - 1]?.sentBytes ?? 0)));
  });

  test("can have a password on its link", async () => {
    const { url } = await send({ password: "open sesame" });
    assert.equal(server.requests.count("upload.cgi"), 0);
    assert.equal((await api.ok("file/info", { url, pass: "open sesame" }))["pass"], 1);
  });

  test("is rate-limited by bytes sent, not by bytes read", async () => {
    let bytes = 0;
    async function* throttle(chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        for (let at = 0; at < chunk.length; at += MIB) {
          const piece = chunk.subarray(at, at + MIB);
          bytes += piece.length;
          yield piece;
        }
      }
    }
    await send({ throttle });
    assert.equal(bytes, content.length);
    assert.deepEqual(await stored(), [sha(content)]);
  });

  test("is sent in one request on request, from a pipe, or if small", async () => {
    await send({ isInOneRequest: true });
    await uploadsWith().sendOne(
      await fromStream(Readable.from([content]), { name: "piped", sizeBytes: content.length }),
      {
        folderId,
      },
    );
    await writeFile(path, content.subarray(0, 2 * PART_BYTES - 1));
    await send();
    assert.equal(server.requests.count("upload.cgi"), 3);
    assert.equal(server.requests.count(isPart), 0);
  });

  test("is sent in one request if the server does not announce parts, or no longer accepts the file that way", async () => {
    await send({}, { about: async () => undefined });
    server.faults.add(isCall("create"), fault.answer({ status: 404, body: { status: "KO", message: "no #551" } }));
    await send();
    assert.equal(server.requests.count("upload.cgi"), 2);
    assert.equal(server.requests.count(isPart), 0);
  });

  test("is refused with the same words as in one request", async () => {
    await assert.rejects(send({ folderId: 987_654 }), { name: "NotFoundError", number: 563 });
    assert.ok(server.requests.count("upload.cgi") > 0);
  });
});

describe("an upload in parts with interruptions arrives once, and repeats nothing durable", () => {
  const faults = {
    "its creation is cut before the server sees it": [isCall("create"), fault.cutBeforeRequest()],
    "the answer to its creation is lost": [isCall("create"), fault.cutBeforeAnswer()],
    "the first part is cut before its first byte": [isPartOf(1), fault.cutBeforeRequest()],
    "the second part is cut in the middle": [isPartOf(2), fault.cutAfterRequestBytes(3 * MIB)],
    "the last part is cut in the middle": [isPartOf(3), fault.cutAfterRequestBytes(50)],
    "the answer to a part is lost": [isPartOf(2), fault.cutBeforeAnswer()],
    "a part is answered with a 502 page": [isPartOf(3), fault.serverError(502)],
    "a part is answered with 503 before it was sent": [isPartOf(1), fault.serverError(503, "at-once")],
    "its completion is cut before the server sees it": [isCall("complete"), fault.cutBeforeRequest()],
    "the answer to its completion is lost": [isCall("complete"), fault.cutBeforeAnswer()],
    "the server reports different bytes for a part": [
      isPartOf(2),
      fault.answer({ status: 400, body: { status: "KO", message: "The bytes do not match the digest #586" } }),
    ],
  } as const;
  for (const [name, [on, what]] of Object.entries(faults)) {
    test(`when ${name}`, async () => {
      const rule = server.faults.add(on, what);
      const file = await send();
      assert.equal(rule.hits, 1);
      assert.equal(file.sizeBytes, content.length);
      assert.equal(server.requests.count("upload.cgi"), 0);
      const received = takenParts();
      // A lost answer is not seen by the client, so its part does not count as received here.
      assert.ok(
        received.every((times) => times <= 1),
        String(received),
      );
      if (name === "the answer to a part is lost") assert.equal(server.requests.count(isPartOf(2)), 1);
      assert.deepEqual(await stored(), [sha(content)]);
      assert.equal(await leftUploads(), 0);
    });
  }

  test("while another connection sends one of its parts", async () => {
    const memory = new KeptMemory();
    const { upload } = await api.ok("/x/v1/uploads/create", {
      filename: "film.mkv",
      size: content.length,
      folder_id: folderId,
    });
    memory.id = (upload as { id: string }).id;
    const second = content.subarray(PART_BYTES, 2 * PART_BYTES);
    const digest = createHash("sha256").update(second).digest("base64");
    const other = request(`${server.url}/x/v1/uploads/${memory.id}/2`, {
      method: "PUT",
      headers: {
        authorization: `Bearer ${server.apiKey}`,
        "content-digest": `sha-256=:${digest}:`,
        "content-length": String(PART_BYTES),
        expect: "100-continue",
      },
    });
    other.on("error", () => undefined);
    // From here on the server reserves the part for it.
    await once(other, "continue");
    const closed = new Promise<void>((resolve) => other.once("close", () => resolve()));
    const file = await send({ memory }, { onRetry: () => other.destroy() });
    await closed;
    assert.equal(file.sizeBytes, content.length);
    assert.deepEqual(await stored(), [sha(content)]);
  });
});

describe("a failed upload in parts", () => {
  /** Fails with two of three parts on the server. */
  async function fail(memory: UploadMemory, changes: Partial<ByteContext> = {}): Promise<void> {
    const rule = server.faults.add(isPartOf(3), fault.cutBeforeRequest(), { times: Infinity });
    await assert.rejects(send({ memory }, { retries: 0, ...changes }), {
      name: "UploadFailedError",
      message:
        /^film\.mkv did not arrive: .* of 16777293 bytes are kept on the server for a week; run it again to continue\.$/,
    });
    rule.remove();
    server.faults.clear();
  }

  /** The parts received in the previous attempt. One still being sent then may follow later. */
  async function listLeft(id: string | undefined): Promise<number[]> {
    const { parts } = await api.ok("/x/v1/uploads/parts", { id: id ?? "" });
    return (parts as { part: number }[]).map(({ part }) => part);
  }

  function requireNoneAgain(left: readonly number[]): void {
    assert.ok(left.length > 0);
    for (const number of left) assert.equal(server.requests.count(isPartOf(number)), 0, `part ${number}`);
  }

  test("is continued by another client, which sends only what is missing", async () => {
    const memory = new KeptMemory();
    await fail(memory);
    const left = await listLeft(memory.id);
    server.requests.clear();
    const seen: UploadProgress[] = [];
    await send({ memory, onProgress: (progress) => seen.push(progress) });
    requireNoneAgain(left);
    assert.ok((seen.at(-1)?.resumedBytes ?? 0) >= left.length * PART_BYTES);
    assert.equal(seen.at(-1)?.sentBytes, content.length);
    assert.deepEqual(await stored(), [sha(content)]);
    assert.equal(memory.id, undefined);
  });

  test("is continued with leaf digests although its parts were sent with their own", async () => {
    const memory = new KeptMemory();
    await fail(memory, { about: aboutWithoutLeaves });
    const { parts } = await api.ok("/x/v1/uploads/parts", { id: memory.id ?? "" });
    for (const { part, sha256 } of parts as { part: number; sha256: string }[])
      assert.equal(sha256, sha(content.subarray((part - 1) * PART_BYTES, part * PART_BYTES)));
    const left = await listLeft(memory.id);
    server.requests.clear();
    await send({ memory });
    requireNoneAgain(left);
    assert.deepEqual(await stored(), [sha(content)]);
  });

  test("starts over if its parts were sent with leaf digests and the server compares none", async () => {
    const memory = new KeptMemory();
    await fail(memory);
    const { parts } = await api.ok("/x/v1/uploads/parts", { id: memory.id ?? "" });
    assert.deepEqual([...new Set((parts as { sha256: string }[]).map(({ sha256 }) => sha256))], [""]);
    await send({ memory }, { about: aboutWithoutLeaves });
    assert.deepEqual(await stored(), [sha(content)]);
    assert.equal(await leftUploads(), 0);
  });

  test("is also continued after an interruption", async () => {
    const memory = new KeptMemory();
    const stop = new AbortController();
    const reason = new Error("interrupted");
    server.faults.add(isPartOf(3), fault.cutBeforeRequest(), { times: Infinity });
    const interrupted = send({ memory, signal: stop.signal }, { onRetry: () => stop.abort(reason) });
    await assert.rejects(interrupted, reason);
    server.faults.clear();
    const left = await listLeft(memory.id);
    server.requests.clear();
    await send({ memory });
    requireNoneAgain(left);
    assert.deepEqual(await stored(), [sha(content)]);
  });

  test("starts over if the file has changed, even with the same size and date", async () => {
    const memory = new KeptMemory();
    const { atime, mtime } = await stat(path);
    await fail(memory);
    const other = Buffer.from(content);
    other[5] = (other[5] ?? 0) ^ 1;
    await writeFile(path, other);
    await utimes(path, atime, mtime);
    await send({ memory });
    assert.deepEqual(await stored(), [sha(other)]);
    assert.equal(await leftUploads(), 0);
  });

  test("starts over if the file is longer now", async () => {
    const memory = new KeptMemory();
    await fail(memory);
    await appendFile(path, "more");
    await send({ memory });
    assert.deepEqual(await stored(), [sha(Buffer.concat([content, Buffer.from("more")]))]);
    assert.equal(await leftUploads(), 0);
  });

  test("never continues another client's upload by tus, with a password or for another domain", async () => {
    const alike = { filename: "film.mkv", size: content.length, folder_id: folderId };
    for (const fields of [{ pass: "open sesame" }, { domain: 5 }])
      await api.ok("/x/v1/uploads/create", { ...alike, ...fields });
    const named = { filename: alike.filename, folder_id: String(folderId) };
    const begun = await fetch(`${server.url}/x/v1/tus`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${server.apiKey}`,
        "tus-resumable": "1.0.0",
        "upload-length": String(alike.size),
        "upload-metadata": Object.entries(named)
          .map(([key, text]) => `${key} ${Buffer.from(text).toString("base64")}`)
          .join(","),
      },
    });
    assert.equal(begun.status, 201);
    server.faults.add(isCall("create"), fault.cutBeforeRequest());
    const { url } = await send({ domain: 2 });
    const info = await api.ok("file/info", { url });
    assert.deepEqual([info["pass"], info["url"]], [0, url]);
    assert.equal(await leftUploads(), 3);
  });

  test("starts over if the server has removed it", async () => {
    const memory = new KeptMemory();
    await fail(memory);
    await api.ok("/x/v1/uploads/abort", { id: memory.id ?? "" });
    await send({ memory });
    assert.deepEqual(await stored(), [sha(content)]);
  });

  test("is found complete if only the last answer was lost, and repeated if its file is gone", async () => {
    const memory = new KeptMemory();
    server.faults.add(isCall("complete"), fault.cutBeforeAnswer(), { times: Infinity });
    await assert.rejects(send({ memory }, { retries: 0 }));
    server.faults.clear();
    const { id } = memory;
    server.requests.clear();
    const { url } = await send({ memory });
    assert.equal(server.requests.count(isPart), 0);
    assert.deepEqual(await stored(), [sha(content)]);
    await api.ok("file/rm", { files: [{ url }] });
    memory.id = id;
    await send({ memory });
    assert.equal(server.requests.count(isPart), 3);
    assert.deepEqual(await stored(), [sha(content)]);
  });

  test("is repeated if the completed file was renamed, or is the one to be replaced", async () => {
    const memory = new KeptMemory();
    server.faults.add(isCall("complete"), fault.cutBeforeAnswer(), { times: Infinity });
    await assert.rejects(send({ memory }, { retries: 0 }));
    server.faults.clear();
    const { id } = memory;
    const first = await send({ memory });
    memory.id = id;
    const second = await send({ memory, replaces: [first.url] });
    assert.notEqual(second.url, first.url);
    await api.ok("file/rename", { urls: [{ url: first.url, filename: "other.mkv" }] });
    memory.id = id;
    const third = await send({ memory });
    assert.equal(new Set([first.url, second.url, third.url]).size, 3);
    assert.deepEqual(await stored(), [sha(content), sha(content), sha(content)]);
  });

  test("leaves nothing on the server if nobody remembers it", async () => {
    server.faults.add(isPartOf(3), fault.serverError(500), { times: Infinity });
    await assert.rejects(send({}, { retries: 0 }), { name: "ServerError" });
    assert.equal(await leftUploads(), 0);
  });

  test("starts over if it is removed while running", async () => {
    const memory = new KeptMemory();
    const gate = new Gate();
    server.faults.add(isPartOf(3), fault.holdRequest(gate));
    const sent = send({ memory });
    await gate.reached;
    await api.ok("/x/v1/uploads/abort", { id: memory.id ?? "" });
    gate.open();
    await sent;
    assert.deepEqual(await stored(), [sha(content)]);
  });
});

const writings: [string, () => void][] = [
  ["changes", () => writeFileSync(path, content)],
  ["changes and keeps its date", () => rewritePreservingDate(path, content)],
];
for (const [name, write] of writings) {
  test(`a file that ${name} during an upload in parts is not stored, and nothing of it is kept`, async () => {
    const memory = new KeptMemory();
    await utimes(path, PRESERVED_DATE, PRESERVED_DATE);
    // Both are read but neither is sent before the file changes, so the third is read afterwards.
    for (const number of [1, 2]) server.faults.add(isPartOf(number), fault.cutBeforeRequest());
    await assert.rejects(send({ memory }, { onRetry: write }), {
      name: "LocalFileError",
      message: /changed while it was being read; nothing of it was kept/,
    });
    assert.deepEqual(await stored(), []);
    assert.equal(await leftUploads(), 0);
    assert.equal(memory.id, undefined);
  });
}

test("a proxy that refuses requests of this size is reported", async () => {
  const page = { status: 413, headers: { "content-type": "text/html" }, body: "<h1>413 Request Entity Too Large</h1>" };
  server.faults.add(isPart, fault.answer(page, "at-once"), { times: Infinity });
  await assert.rejects(send({ memory: new KeptMemory() }), /client_max_body_size 0/);
  assert.equal(await leftUploads(), 0);
});
