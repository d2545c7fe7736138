import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { appendFile, mkdtemp, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { ApiClient, fault, Gate, startFaultyServer, type FaultyServer } from "@consigne/testkit";
import type { ByteContext } from "../src/byte-context.ts";
import { keySource } from "../src/calls/key-source.ts";
import {
  fromBlob,
  fromBytes,
  fromIterable,
  fromPath,
  fromStream,
  type UploadSource,
} from "../src/uploads/upload-source.ts";
import type { UploadProgress } from "../src/uploads/upload-progress.ts";
import { Uploads } from "../src/uploads/uploads.ts";
import { byteContext, patientContext, shortWaits } from "./_byte-context.ts";
import { PRESERVED_DATE, rewritePreservingDate } from "./_preserved-date.ts";

const MIB = 1024 * 1024;
let server: FaultyServer;
let folder: string;
let folderId: number;
let api: ApiClient;
let uploads: Uploads;
let folders = 0;

before(async () => {
  server = await startFaultyServer();
  api = new ApiClient(server, server.apiKey);
});
after(() => server[Symbol.asyncDispose]());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "consigne-sdk-"));
  folderId = Number((await api.ok("folder/mkdir", { name: `f${folders++}`, folder_id: 0 }))["folder_id"]);
  uploads = uploadsWith({});
  server.requests.clear();
});
afterEach(async () => {
  server.faults.clear();
  await rm(folder, { recursive: true, force: true });
});

const uploadsWith = (changes: Partial<ByteContext>) => new Uploads(byteContext(server, changes));
const byName = ([a = ""]: readonly string[], [b = ""]: readonly string[]) => (a < b ? -1 : a > b ? 1 : 0);
const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** What is actually stored in the folder: names with the hash of their bytes. */
async function stored(): Promise<string[][]> {
  server.faults.clear();
  const { items } = await api.ok("file/ls", { folder_id: folderId });
  const files = items as { url: string; filename: string }[];
  const read = files.map(async ({ url, filename }) => [filename, sha((await api.download(url)).bytes)]);
  return (await Promise.all(read)).toSorted(byName);
}

async function localFile(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

test("a missing folder is refused, where other clients would store in the root", async () => {
  const inRoot = async () => ((await api.ok("file/ls", { folder_id: 0 }))["items"] as unknown[]).length;
  const before = await inRoot();
  await assert.rejects(uploads.sendOne(fromBytes("lost", { name: "lost.txt" }), { folderId: 987_654 }), {
    name: "NotFoundError",
  });
  assert.equal(await inRoot(), before);
  await api.upload({ a: "plain" }, { did: "987654" });
  assert.equal(await inRoot(), before + 1);
});

describe("an upload", () => {
  test("accepts every kind of source", async () => {
    const bytes = randomBytes(3 * MIB + 17);
    const path = await localFile("from path.bin", bytes);
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += 70_001) yield bytes.subarray(at, at + 70_001);
    }
    const sources = [
      await fromPath(path),
      await fromPath(path, { name: "renamed" }),
      fromBlob(new Blob([bytes]), { name: "blob" }),
      fromBytes(bytes, { name: "bytes" }),
      await fromStream(Readable.from(chunks()), { name: "stream", sizeBytes: bytes.length }),
      await fromStream(new Blob([bytes]).stream(), { name: "unknown size" }),
      await fromIterable(chunks(), { name: "iterable" }),
      await fromIterable([bytes.subarray(0, 5), bytes.subarray(5)], { name: "list", sizeBytes: bytes.length }),
    ];
    const files = await uploads.send(sources, { folderId });
    assert.deepEqual(
      files.map(({ name }) => name),
      sources.map(({ name }) => name),
    );
    assert.deepEqual(await stored(), sources.map(({ name }) => [name, sha(bytes)]).toSorted(byName));
    assert.equal(server.requests.count("upload.cgi"), 1);
    assert.equal(new Set(files.map(({ url }) => url)).size, sources.length);
  });

  test("can have a password and a domain, with the whole form sent first", async () => {
    const file = await uploads.sendOne(fromBytes("x", { name: "x" }), { folderId, domain: 3, password: "open sesame" });
    const info = await api.call("file/info", { url: file.url });
    assert.equal(info.json?.["pass"], 1);
    const [request] = server.requests.list("upload.cgi");
    assert.equal(request?.headers["connection"], "close");
    assert.equal(Number(request?.headers["content-length"]), request?.requestBytes);
    assert.equal(request?.headers["transfer-encoding"], undefined);
  });

  test("may contain 500 files and no more", async () => {
    const sources = Array.from({ length: 500 }, (_, index) =>
      fromBytes(`content ${index % 250}`, { name: `${index}` }),
    );
    const files = await uploads.send(sources, { folderId });
    assert.equal(files.length, 500);
    assert.ok(files.every(({ name }, index) => name === String(index)));
    assert.equal(server.requests.count("upload.cgi"), 1);
    await assert.rejects(uploads.send([...sources, fromBytes("one", { name: "more" })]), { code: "upload-failed" });
    assert.equal(server.requests.count("upload.cgi"), 1);
  });

  test("preserves awkward file names", async () => {
    const names = ['say "hi".txt', "a\\b", "line\nend", "naïve 😀 é", "..a", " blanks ", "50%22"];
    names.push("=?utf-8?Q?a=20b?=");
    const files = await uploads.send(
      names.map((name) => fromBytes(name, { name: `/home/me/${name}` })),
      { folderId },
    );
    assert.deepEqual(
      files.map(({ name }) => name),
      ["say ＂hi＂.txt", "a＼b", "line␊end", "naïve 😀 é", "..a", "␠blanks␠", "50%22", "=?utf-8?Q?a=20b?="],
    );
  });

  test("sends a name in the one spelling that finds it again, however it was written", async () => {
    const spellings = ["it's.txt", "it＇s.txt"];
    for (const name of spellings) {
      const [sent] = await uploads.send([fromBytes(name, { name })], { folderId });
      assert.equal(sent?.name, "it＇s.txt");
    }
  });

  test("reports its progress", async () => {
    const seen: UploadProgress[] = [];
    const arrived: number[] = [];
    await uploads.send([fromBytes(randomBytes(5 * MIB), { name: "a" }), fromBytes("b", { name: "b" })], {
      folderId,
      onProgress: (progress) => seen.push(progress),
      onUploaded: (_, index) => arrived.push(index),
    });
    const sentBytes = seen.map((each) => each.sentBytes);
    assert.deepEqual(
      sentBytes,
      sentBytes.toSorted((a, b) => a - b),
    );
    assert.deepEqual([...new Set(seen.map(({ phase }) => phase))], ["sending", "verifying", "done"]);
    assert.ok(seen.length >= 6);
    // Whether there was enough time to measure a rate depends on the machine.
    const { bytesPerSecond, remainingMs, ...last } = seen.at(-1) ?? assert.fail("Nothing was reported.");
    assert.ok(bytesPerSecond === undefined || bytesPerSecond >= 0, String(bytesPerSecond));
    assert.ok(remainingMs === undefined || remainingMs >= 0, String(remainingMs));
    assert.deepEqual(last, {
      phase: "done",
      sentBytes: 5 * MIB + 1,
      totalBytes: 5 * MIB + 1,
      resumedBytes: 0,
      files: [
        { name: "a", sentBytes: 5 * MIB, sizeBytes: 5 * MIB, hasArrived: true },
        { name: "b", sentBytes: 1, sizeBytes: 1, hasArrived: true },
      ],
    });
    assert.deepEqual(arrived, [0, 1]);
  });
});

describe("an upload with interruptions arrives once", () => {
  const bytes = randomBytes(4 * MIB);
  const reportFaults = {
    "please wait": [fault.pleaseWait(), 3],
    "no links yet": [fault.emptyReport(), 3],
    "a page of status 500": [fault.serverError(), 3],
    "a cut before the report": [fault.cutBeforeAnswer(), 2],
    "a cut within the report": [fault.cutAfterAnswerBytes(30), 2],
    "half a report": [fault.truncate(30), 2],
    "no such report": [fault.answer({ status: 404, body: { status: "KO", message: "no #1" } }), 2],
  } as const;

  for (const [name, [what, times]] of Object.entries(reportFaults)) {
    test(`after ${name}, ${times} times, without being repeated`, async () => {
      server.faults.add("end.pl", what, { times });
      const patient = uploadsWith({ waits: { ...shortWaits, reportTimeoutMs: 60_000 } });
      const file = await patient.sendOne(fromBytes(bytes, { name: "a" }), { folderId });
      assert.equal(server.requests.count("upload.cgi"), 1);
      assert.equal(server.requests.count("file/ls"), 0);
      assert.equal(file.sizeBytes, bytes.length);
      assert.deepEqual(await stored(), [["a", sha(bytes)]]);
    });

    test(`although the report is ${name} forever: it is found in its folder`, async () => {
      server.faults.add("end.pl", what, { times: Infinity });
      await api.upload({ a: "another file of this name" }, { did: String(folderId) }).catch(() => undefined);
      server.requests.clear();
      const file = await uploads.sendOne(fromBytes(bytes, { name: "a" }), { folderId });
      assert.equal(server.requests.count("upload.cgi"), 1);
      assert.equal(file.sizeBytes, bytes.length);
      assert.equal((await stored()).filter(([, hash]) => hash === sha(bytes)).length, 1);
    });
  }

  for (const afterBytes of [0, 1, 100, 300, 65_536, MIB, 3 * MIB, bytes.length + 290]) {
    test(`after a disconnect ${afterBytes} bytes into the form`, async () => {
      server.faults.add("upload.cgi", fault.cutAfterRequestBytes(afterBytes));
      await uploads.sendOne(fromBytes(bytes, { name: "a" }), { folderId });
      assert.deepEqual(await stored(), [["a", sha(bytes)]]);
    });
  }

  test("after a disconnect before the form", async () => {
    server.faults.add("upload.cgi", fault.cutBeforeRequest(), { times: 3 });
    await uploads.sendOne(fromBytes(bytes, { name: "a" }), { folderId });
    assert.equal(server.requests.count("upload.cgi"), 4);
    assert.deepEqual(await stored(), [["a", sha(bytes)]]);
  });

  test("after a disconnect before the answer, without being repeated", async () => {
    server.faults.add("upload.cgi", fault.cutBeforeAnswer());
    await uploads.sendOne(fromBytes(bytes, { name: "a" }), { folderId });
    assert.equal(server.requests.count("upload.cgi"), 1);
    assert.deepEqual(await stored(), [["a", sha(bytes)]]);
  });

  test("after a 500 although it was stored, without being repeated", async () => {
    server.faults.add("upload.cgi", fault.serverError(500, "after-handling"));
    await uploads.sendOne(fromBytes(bytes, { name: "a" }), { folderId });
    assert.equal(server.requests.count("upload.cgi"), 1);
    assert.deepEqual(await stored(), [["a", sha(bytes)]]);
  });

  test("after a 503 for something that was never stored", async () => {
    server.faults.add("upload.cgi", fault.serverError(503));
    await uploads.sendOne(fromBytes(bytes, { name: "a" }), { folderId });
    assert.equal(server.requests.count("upload.cgi"), 2);
    assert.deepEqual(await stored(), [["a", sha(bytes)]]);
  });

  test("after the delay a node asks for, and not at all if that exceeds the maximum wait", async () => {
    const busy = (seconds: number) =>
      fault.answer({
        status: 503,
        headers: { "retry-after": `${seconds}` },
        body: { status: "KO", message: "Busy #593" },
      });
    server.faults.add("upload.cgi", busy(1));
    await uploads.sendOne(fromBytes(bytes, { name: "a" }), { folderId });
    const [first, second] = server.requests.list("upload.cgi");
    assert.ok(Number(second?.at) - Number(first?.at) >= 1000);
    server.faults.add("upload.cgi", busy(700));
    await assert.rejects(uploads.sendOne(fromBytes("other", { name: "b" }), { folderId }), {
      name: "ServerError",
      number: 593,
      retryAfterMs: 700_000,
    });
    assert.equal(server.requests.count("upload.cgi"), 3);
    assert.deepEqual(await stored(), [["a", sha(bytes)]]);
  });

  test("also beside a file with the same bytes and another name", async () => {
    await uploads.sendOne(fromBytes(bytes, { name: "a" }), { folderId });
    server.faults.add("upload.cgi", fault.serverError(503));
    const sent = await uploads.sendOne(fromBytes(bytes, { name: "b" }), { folderId });
    assert.equal(sent.name, "b");
    assert.deepEqual(await stored(), [
      ["a", sha(bytes)],
      ["b", sha(bytes)],
    ]);
  });

  test("after a temporary failure of the node's storage", async () => {
    const body = '<html><div class="bloc2"></div><div class="bloc2">Ne peut ouvrir le fichier destination</div></html>';
    server.faults.add("upload.cgi", fault.answer({ headers: { "content-type": "text/html" }, body }));
    await uploads.sendOne(fromBytes(bytes, { name: "a" }), { folderId });
    assert.deepEqual(await stored(), [["a", sha(bytes)]]);
  });

  test("if the report is incomplete: the missing files are found in the folder", async () => {
    const links = await api.upload({ a: "aaa" }, { did: String(folderId) });
    server.requests.clear();
    server.faults.add("end.pl", fault.answer({ body: { incoming: 0, links } }), { times: Infinity });
    const files = await uploads.send([fromBytes("aaa", { name: "a" }), fromBytes("bbb", { name: "b" })], { folderId });
    assert.deepEqual(
      files.map(({ name }) => name),
      ["a", "b"],
    );
    assert.equal(server.requests.count("upload.cgi"), 1);
  });

  test("and only what is missing is repeated", async () => {
    const links = await api.upload({ a: "aaa" }, { did: String(folderId) });
    server.requests.clear();
    const report = { body: { incoming: 0, links } };
    server.faults.add("upload.cgi", fault.answer({ status: 302, headers: { location: "/end.pl?xid=abc" } }));
    server.faults.add("end.pl", fault.answer(report), { times: 5 });
    const files = await uploads.send([fromBytes("aaa", { name: "a" }), fromBytes("bbb", { name: "b" })], { folderId });
    assert.equal(files[0]?.url, links[0]?.download);
    assert.equal(server.requests.count("upload.cgi"), 2);
    assert.deepEqual(await stored(), [
      ["a", sha(Buffer.from("aaa"))],
      ["b", sha(Buffer.from("bbb"))],
    ]);
  });

  test("across a restart between its last byte and the answer", async () => {
    const gate = new Gate();
    server.faults.add("upload.cgi", fault.holdAnswer(gate));
    const sending = new Uploads(patientContext(server)).sendOne(fromBytes(bytes, { name: "a" }), { folderId });
    await gate.reached;
    await server.restart();
    gate.open();
    await sending;
    assert.deepEqual(await stored(), [["a", sha(bytes)]]);
  });

  test("across a restart in the middle of its bytes", async () => {
    const reached = Promise.withResolvers<void>();
    const restarted = Promise.withResolvers<void>();
    const source: UploadSource = {
      name: "a",
      sizeBytes: bytes.length,
      async *open() {
        yield bytes.subarray(0, 3 * MIB);
        reached.resolve();
        await restarted.promise;
        yield bytes.subarray(3 * MIB);
      },
    };
    const sending = new Uploads(patientContext(server)).sendOne(source, { folderId });
    await reached.promise;
    await server.restart();
    restarted.resolve();
    await sending;
    assert.deepEqual(await stored(), [["a", sha(bytes)]]);
  });
});

describe("a failed upload leaves nothing half done, and", () => {
  const refusal = (status: number, body: object | string) => fault.answer({ status, body });

  test("a refusal ends it at once", async () => {
    server.faults.add("upload.cgi", refusal(403, { status: "KO", message: "Owner locked #620" }));
    await assert.rejects(uploads.sendOne(fromBytes("a", { name: "a" }), { folderId }), /Owner locked/);
    assert.equal(server.requests.count("upload.cgi"), 1);
  });

  test("a failure page with status 200 is a failure", async () => {
    const page = '<html><div class="bloc2">Pas de fichier trouvé dans l\'envoi</div></html>';
    server.faults.add("upload.cgi", refusal(200, page));
    await assert.rejects(uploads.sendOne(fromBytes("a", { name: "a" }), { folderId }), /Pas de fichier/);
    assert.deepEqual(await stored(), []);
  });

  test("an answer in the middle of the bytes is seen at once", async () => {
    let asked = 0;
    const never = Promise.withResolvers<void>();
    const source: UploadSource = {
      name: "endless",
      sizeBytes: 1024 * MIB,
      async *open() {
        const chunk = randomBytes(MIB);
        while (asked++ < 20) yield chunk;
        await never.promise;
      },
    };
    server.faults.add(
      "upload.cgi",
      fault.answer({ status: 409, body: { status: "KO", message: "No room #590" } }, "at-once"),
    );
    await assert.rejects(uploads.sendOne(source, { folderId }), /No room/);
    never.resolve();
  });

  test("a server that stays away is given up", async () => {
    server.faults.add("upload.cgi", fault.cutBeforeRequest(), { times: Infinity });
    await assert.rejects(uploads.sendOne(fromBytes("a", { name: "a" }), { folderId }), {
      name: "UploadFailedError",
      message: /^a did not arrive: The connection/,
    });
    assert.equal(server.requests.count("upload.cgi"), 5);
  });

  test("without a key to check with, an uncertain upload is not repeated", async () => {
    server.faults.add("end.pl", fault.pleaseWait(), { times: Infinity });
    const guest = uploadsWith({ keys: keySource(undefined) });
    server.faults.add("upload.cgi", fault.answer({ status: 302, headers: { location: "/end.pl?xid=abc" } }));
    await assert.rejects(guest.sendOne(fromBytes("a", { name: "a" })), /may have arrived, and was not sent again/);
    assert.equal(server.requests.count("upload.cgi"), 1);
  });

  test("a stream that was cut off cannot be repeated", async () => {
    server.faults.add("upload.cgi", fault.cutAfterRequestBytes(MIB));
    const source = await fromIterable([randomBytes(2 * MIB)], { name: "s", sizeBytes: 2 * MIB });
    await assert.rejects(uploads.sendOne(source, { folderId }), /cannot be read again/);
    assert.deepEqual(await stored(), []);
  });

  test("stored data that differs from what was sent is reported and removed", async () => {
    const [there] = await api.upload({ a: "other bytes" }, { did: String(folderId) });
    server.requests.clear();
    const links = [{ ...there, size: "3" }];
    server.faults.add("upload.cgi", fault.answer({ status: 302, headers: { location: "/end.pl?xid=abc" } }));
    server.faults.add("end.pl", fault.answer({ body: { incoming: 0, links } }));
    await assert.rejects(uploads.sendOne(fromBytes("aaa", { name: "a" }), { folderId }), {
      name: "ChecksumMismatchError",
      actual: there?.whirlpool,
    });
    assert.deepEqual(await stored(), []);
  });

  test("a redirect to another host is not followed with the key", async () => {
    const location = "http://localhost:9/end.pl?xid=abc";
    server.faults.add("upload.cgi", fault.answer({ status: 302, headers: { location } }, "after-handling"));
    await uploads.sendOne(fromBytes("a", { name: "a" }), { folderId });
    assert.deepEqual(await stored(), [["a", sha(Buffer.from("a"))]]);
  });

  const changes: [string, (path: string) => Promise<void>][] = [
    ["grows", (path) => appendFile(path, "more")],
    ["shrinks", (path) => truncate(path, 100)],
    ["is rewritten", async (path) => writeFile(path, randomBytes((await readFile(path)).length))],
    ["is rewritten with its old date", async (path) => rewritePreservingDate(path, randomBytes(8 * MIB))],
  ];
  for (const [name, change] of changes) {
    test(`a file that ${name} during the upload is an error, never a silent mixture`, async () => {
      const path = await localFile("a", randomBytes(8 * MIB));
      await utimes(path, PRESERVED_DATE, PRESERVED_DATE);
      const source = await fromPath(path);
      let isChanged = false;
      const changing: UploadSource = {
        ...source,
        async *open() {
          for await (const chunk of source.open()) {
            yield chunk;
            if (!isChanged) await change(path);
            isChanged = true;
          }
        },
      };
      await assert.rejects(uploads.sendOne(changing, { folderId }), {
        name: "LocalFileError",
        message: /changed while it was being read/,
      });
      assert.deepEqual(await stored(), []);
    });
  }

  test("a file that is gone when its turn comes is an error", async () => {
    const path = await localFile("a", randomBytes(10));
    const source = await fromPath(path);
    await rm(path);
    await assert.rejects(uploads.sendOne(source, { folderId }), { name: "LocalFileError", path });
    await assert.rejects(fromPath(path), { name: "LocalFileError" });
    await assert.rejects(fromPath(folder), { name: "LocalFileError", message: /is not a file/ });
  });
});

describe("an abort", () => {
  const reason = new Error("enough");

  test("ends an upload while it is being sent", async () => {
    const ending = new AbortController();
    const onProgress = ({ sentBytes }: UploadProgress) => {
      if (sentBytes >= 2 * MIB) ending.abort(reason);
    };
    const sending = uploads.sendOne(fromBytes(randomBytes(20 * MIB), { name: "a" }), {
      folderId,
      signal: ending.signal,
      onProgress,
    });
    await assert.rejects(sending, reason);
    assert.deepEqual(await stored(), []);
  });

  for (const endpoint of ["upload.cgi", "end.pl"] as const) {
    test(`ends an upload waiting for ${endpoint}`, async () => {
      const ending = new AbortController();
      const gate = new Gate();
      server.faults.add(endpoint, fault.holdAnswer(gate));
      const sending = uploads.sendOne(fromBytes("a", { name: "a" }), { folderId, signal: ending.signal });
      await gate.reached;
      ending.abort(reason);
      await assert.rejects(sending, reason);
      gate.open();
    });
  }

  test("ends an upload between two attempts", async () => {
    const ending = new AbortController();
    server.faults.add("end.pl", fault.pleaseWait(), { times: Infinity });
    const slow = uploadsWith({ waits: { ...byteContext(server).waits, firstRetryMs: 60_000, longestRetryMs: 60_000 } });
    const sending = slow.sendOne(fromBytes("a", { name: "a" }), {
      folderId,
      signal: ending.signal,
      onProgress: ({ phase }) => {
        if (phase === "verifying") setImmediate(() => ending.abort(reason));
      },
    });
    await assert.rejects(sending, reason);
  });

  test("releases a stream that never ends", async () => {
    const ending = new AbortController();
    const stream = new Readable({ read() {} });
    stream.push(randomBytes(MIB));
    const source = await fromStream(stream, { name: "a", sizeBytes: 20 * MIB });
    const sending = uploads.sendOne(source, { folderId, signal: ending.signal });
    const upload = server.faults.add("upload.cgi", fault.trickle());
    await upload.hit;
    ending.abort(reason);
    await assert.rejects(sending, reason);
    assert.ok(stream.destroyed);
  });

  test("before the start sends nothing", async () => {
    const sending = uploads.sendOne(fromBytes("a", { name: "a" }), { folderId, signal: AbortSignal.abort(reason) });
    await assert.rejects(sending, reason);
    assert.equal(server.requests.count("upload.cgi"), 0);
  });
});

test("an earlier upload's report can be read", async () => {
  await uploads.sendOne(fromBytes("a", { name: "a" }), { folderId });
  const [request] = server.requests.list("upload.cgi");
  const id = new URL(request?.target ?? "", server.url).searchParams.get("id") ?? "";
  assert.deepEqual(
    (await uploads.report(id))?.files.map(({ name }) => name),
    ["a"],
  );
  assert.equal(await uploads.report("nosuchid00"), undefined);
});
