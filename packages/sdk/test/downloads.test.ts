import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { promisify } from "node:util";
import { ApiClient, fault, type FaultyServer, startFaultyServer } from "@consigne/testkit";
import type { ByteContext } from "../src/byte-context.ts";
import type { DownloadProgress } from "../src/downloads/download-progress.ts";
import { Downloads } from "../src/downloads/downloads.ts";
import { findUnfinishedFiles } from "../src/downloads/drafts.ts";
import { readRecord } from "../src/downloads/part-record.ts";
import { byteContext, patientContext } from "./_byte-context.ts";

const MIB = 1024 * 1024;
/** Two full pieces and a rest, enough for several connections. */
const large = randomBytes(36 * MIB + 123);
const small = randomBytes(3 * MIB + 5);
let server: FaultyServer;
let folder: string;
let target: string;
let downloads: Downloads;
let largeUrl: string;
let smallUrl: string;
let largeWhirlpool: string;

before(async () => {
  server = await startFaultyServer();
  const api = new ApiClient(server, server.apiKey);
  const [first, second] = await api.upload({ "large naïve.bin": large, "small.bin": small });
  largeUrl = first?.download ?? "";
  largeWhirlpool = first?.whirlpool ?? "";
  smallUrl = second?.download ?? "";
});
after(() => server[Symbol.asyncDispose]());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "consigne-sdk-"));
  target = join(folder, "target");
  downloads = downloadsWith({});
  server.requests.clear();
});
afterEach(async () => {
  server.faults.clear();
  await rm(folder, { recursive: true, force: true });
});

const downloadsWith = (changes: Partial<ByteContext>) => new Downloads(byteContext(server, changes));

/** Asserts that the file has its final name and exactly these bytes, with nothing left next to it. */
async function assertComplete(bytes: Uint8Array): Promise<void> {
  assert.deepEqual(await readdir(folder), ["target"]);
  const found = await readFile(target);
  assert.equal(found.length, bytes.length);
  assert.ok(found.equals(bytes), "the bytes differ");
}

/** The files of an interrupted or running download. */
async function leftBehind(): Promise<{ part: string; state: string; others: string[] }> {
  const names = await readdir(folder);
  const [part = "", state = ""] = [".part", ".state"].map((end) => names.find((name) => name.endsWith(end)) ?? "");
  const others = names.filter((name) => name !== part && name !== state).toSorted();
  return { part: join(folder, part), state: join(folder, state), others };
}

/** The number of bytes sent from direct links. */
const fetchedBytes = () => server.requests.list("direct").reduce((sum, { answerBytes }) => sum + answerBytes, 0);

describe("a download as a stream", () => {
  test("provides the file's name, type and size", async () => {
    const { stream, ...head } = await downloads.open(largeUrl);
    assert.deepEqual(head, {
      sizeBytes: large.length,
      start: 0,
      name: "large naïve.bin",
      contentType: "application/octet-stream",
    });
    let at = 0;
    for await (const chunk of stream) {
      assert.ok(large.subarray(at, at + chunk.byteLength).equals(chunk));
      at += chunk.byteLength;
    }
    assert.equal(at, large.length);
  });

  test("can be a range", async () => {
    const part = async (range: { start: number; end?: number }) =>
      Buffer.from(await downloads.bytes(smallUrl, { range }));
    assert.ok((await part({ start: 10, end: 20 })).equals(small.subarray(10, 20)));
    assert.ok((await part({ start: small.length - 3 })).equals(small.subarray(-3)));
    assert.ok((await part({ start: 5, end: small.length + 500 })).equals(small.subarray(5)));
    await assert.rejects(part({ start: small.length, end: small.length + 1 }), { name: "DownloadFailedError" });
  });

  test("uses no more memory than allowed", async () => {
    assert.ok(Buffer.from(await downloads.bytes(smallUrl)).equals(small));
    await assert.rejects(downloads.bytes(smallUrl, { maxBytes: small.length - 1 }), /longer than/);
  });

  test("continues after disconnects and is verified at its end", async () => {
    server.faults.add("direct", fault.cutAfterAnswerBytes(MIB), { times: 2 });
    server.faults.add("direct", fault.cutBeforeAnswer());
    assert.ok(Buffer.from(await downloads.bytes(smallUrl)).equals(small));
  });

  test("can be abandoned by the reader", async () => {
    const { stream } = await downloads.open(largeUrl);
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel();
    const unread = await downloads.open(largeUrl);
    await unread.stream.cancel();
  });

  test("can be handed over as a direct link", async () => {
    const link = await downloads.link(smallUrl);
    assert.ok(Buffer.from(await (await fetch(link)).arrayBuffer()).equals(small));
  });
});

describe("a download to a file", () => {
  for (const connections of [undefined, 1, 2, 4]) {
    test(`works over ${connections ?? "the default number of"} connections`, async () => {
      const seen: DownloadProgress[] = [];
      const onProgress = (progress: DownloadProgress) => seen.push(progress);
      const options = connections === undefined ? { onProgress } : { onProgress, connections };
      const file = await downloads.toFile(largeUrl, target, options);
      const proved = { whirlpool: largeWhirlpool, verifiedBy: "whirlpool" };
      assert.deepEqual(file, { path: target, sizeBytes: large.length, ...proved });
      await assertComplete(large);
      assert.equal(server.requests.count("download/get_token"), 1);
      const received = seen.map(({ receivedBytes }) => receivedBytes);
      assert.deepEqual(
        received,
        received.toSorted((a, b) => a - b),
      );
      assert.deepEqual([...new Set(seen.map(({ phase }) => phase))], ["receiving", "verifying", "done"]);
    });
  }

  test("takes one API call if size and Whirlpool are known, and replaces an existing file", async () => {
    await writeFile(target, "an older file");
    await downloads.toFile(largeUrl, target, { sizeBytes: large.length, whirlpool: largeWhirlpool.toUpperCase() });
    await assertComplete(large);
    assert.equal(server.requests.count("api"), 1);
  });

  test("uses one link per connection if links are for a single use", async () => {
    await downloads.toFile(largeUrl, target, { connections: 3, single: true });
    await assertComplete(large);
    assert.equal(server.requests.count("download/get_token"), 3);
    const links = new Set(server.requests.list("direct").map(({ target: path }) => path));
    assert.equal(links.size, 3);
  });

  test("skips verification on request", async () => {
    const { whirlpool } = await downloads.toFile(smallUrl, target, { whirlpool: "unknown" });
    assert.equal(whirlpool, undefined);
    await assertComplete(small);
    assert.equal(server.requests.count("file/info"), 0);
  });

  test("is refused for a path that is already being downloaded", async () => {
    const first = downloads.toFile(largeUrl, target);
    await assert.rejects(downloads.toFile(smallUrl, target), /being written by another download/);
    await first;
    await assertComplete(large);
  });

  test("does not replace a folder", async () => {
    await mkdir(target);
    await assert.rejects(downloads.toFile(smallUrl, target), { name: "LocalFileError" });
    assert.equal(server.requests.count(), 0);
  });

  test("fails in a folder that accepts no new files", { skip: process.platform !== "linux" }, async () => {
    await assert.rejects(downloads.toFile(smallUrl, "/proc/consigne"), {
      name: "LocalFileError",
      message: "Cannot write /proc/consigne: permission denied.",
    });
  });

  test("fails where it may not write", async () => {
    const missing = join(folder, "no", "such");
    await assert.rejects(downloads.toFile(smallUrl, missing), {
      name: "LocalFileError",
      message: `Cannot write ${missing}: its folder does not exist.`,
    });
  });
});

describe("a download with interruptions is complete in the end", () => {
  const cuts = {
    "before the request": fault.cutBeforeRequest(),
    "before the answer": fault.cutBeforeAnswer(),
    "with the first byte": fault.cutAfterAnswerBytes(0),
    "early in the bytes": fault.cutAfterAnswerBytes(1000),
    "late in the bytes": fault.cutAfterAnswerBytes(15 * MIB),
    "by an answer that claims to be whole": fault.truncate(2 * MIB),
  };
  for (const [name, what] of Object.entries(cuts)) {
    for (const connections of [1, 3]) {
      test(`after disconnects ${name}, ${connections} at a time`, async () => {
        server.faults.add("direct", what, { times: 3 });
        await downloads.toFile(largeUrl, target, { connections });
        await assertComplete(large);
      });
    }
  }

  for (const status of [401, 403, 404, 410]) {
    test(`after its link expired with ${status}`, async () => {
      server.faults.add("direct", fault.cutAfterAnswerBytes(MIB));
      server.faults.add("direct", fault.answer({ status, body: { status: "KO", message: "ended #581" } }));
      await downloads.toFile(smallUrl, target);
      await assertComplete(small);
      assert.equal(server.requests.count("download/get_token"), 2);
    });
  }

  test("after an HTML page in place of the file", async () => {
    const page = { headers: { "content-type": "text/html; charset=utf-8" }, body: "<html>Your link has ended" };
    server.faults.add("direct", fault.answer(page));
    await downloads.toFile(smallUrl, target);
    await assertComplete(small);
  });

  test("and every attempt is reported", async () => {
    const heard: unknown[] = [];
    const onRetry: NonNullable<ByteContext["onRetry"]> = ({ endpoint, attempt, maxAttempts, error }) =>
      void heard.push([endpoint, attempt, maxAttempts, error.name]);
    server.faults.add("direct", fault.serverError(503), { times: 2 });
    await downloadsWith({ onRetry }).toFile(smallUrl, target);
    assert.deepEqual(heard, [
      ["download", 1, 5, "DownloadFailedError"],
      ["download", 2, 5, "DownloadFailedError"],
    ]);
  });

  test("after the delay that the server asks for", async () => {
    const busy = fault.answer({
      status: 503,
      headers: { "retry-after": "1" },
      body: { status: "KO", message: "Wait #583" },
    });
    server.faults.add("direct", busy);
    await downloads.toFile(smallUrl, target, { connections: 1 });
    await assertComplete(small);
    const [first, second] = server.requests.list("direct");
    assert.ok(Number(second?.at) - Number(first?.at) >= 1000);
  });

  test("if the server allows fewer connections than were tried", async () => {
    const busy = fault.answer({ status: 503, body: { status: "KO", message: "Wait #583" } });
    server.faults.add((request) => request.endpoint === "direct" && !/=0-/.test(request.headers.range ?? ""), busy, {
      times: 6,
    });
    await downloads.toFile(largeUrl, target, { connections: 2 });
    await assertComplete(large);
  });

  test("across a server restart", async () => {
    const cut = server.faults.add("direct", fault.cutAfterAnswerBytes(20 * MIB));
    const patient = new Downloads(patientContext(server));
    const fetching = patient.toFile(largeUrl, target);
    await cut.hit;
    await server.restart();
    await fetching;
    await assertComplete(large);
  });
});

describe("a failed download", () => {
  test("says that nothing was kept if that is so", async () => {
    server.faults.add("direct", fault.serverError(503), { times: Infinity });
    await assert.rejects(downloads.toFile(smallUrl, target), {
      name: "DownloadFailedError",
      message: /\(HTTP 503\)\. Nothing was kept; run it again\.$/,
    });
  });

  test("keeps what arrived, and the next one continues from there", async () => {
    server.faults.add("direct", fault.cutAfterAnswerBytes(17 * MIB));
    server.faults.add("direct", fault.cutBeforeRequest(), { times: Infinity });
    await assert.rejects(downloads.toFile(largeUrl, target, { connections: 1 }), {
      name: "DownloadFailedError",
      message: /bytes are kept in .*\/\.consigne-[0-9a-f]{16}\.part; run it again to continue/,
    });
    const names = await readdir(folder);
    assert.match(names.toSorted().join(), /^(\.consigne-[0-9a-f]{16})\.part,\1\.state$/);
    assert.deepEqual((await findUnfinishedFiles(folder, names)).toSorted(), names.toSorted());
    server.faults.clear();
    server.requests.clear();
    let resumedBytes = 0;
    await downloads.toFile(largeUrl, target, { onProgress: (progress) => (resumedBytes = progress.resumedBytes) });
    await assertComplete(large);
    assert.ok(resumedBytes >= 16 * MIB);
    assert.equal(fetchedBytes(), large.length - resumedBytes);
  });

  test("never keeps a file without its record, not even before the first byte", async () => {
    const records: unknown[] = [];
    const lookUp = ({ phase }: DownloadProgress) => {
      if (phase === "done") return;
      const [part, state, ...others] = readdirSync(folder).toSorted();
      assert.deepEqual([part?.slice(-5), others], [".part", []]);
      records.push(readRecord(readFileSync(join(folder, state ?? ""), "utf8"))?.name);
    };
    await downloads.toFile(smallUrl, target, { onProgress: lookUp });
    assert.deepEqual([records.length > 1, new Set(records)], [true, new Set(["target"])]);
    assert.deepEqual(await readdir(folder), ["target"]);
  });

  test("keeps a name short enough for the file system", async () => {
    for (const name of ["n".repeat(250), "é".repeat(127), `x${"😀".repeat(63)}`]) {
      const path = join(folder, name);
      const before = await readdir(folder);
      server.faults.add("direct", fault.cutAfterAnswerBytes(2 * MIB));
      server.faults.add("direct", fault.cutBeforeRequest(), { times: Infinity });
      await assert.rejects(downloads.toFile(smallUrl, path), { name: "DownloadFailedError" });
      const left = (await readdir(folder)).filter((each) => !before.includes(each));
      assert.equal(left.length, 2);
      assert.deepEqual((await findUnfinishedFiles(folder, left)).toSorted(), left.toSorted());
      server.faults.clear();
      let resumedBytes = 0;
      await downloads.toFile(smallUrl, path, { onProgress: (progress) => (resumedBytes = progress.resumedBytes) });
      assert.ok(resumedBytes > 0);
      assert.deepEqual(await readdir(folder), [...before, name].toSorted());
      await rm(path);
    }
  });

  test("keeps what arrived after an abort, too", async () => {
    const ending = new AbortController();
    const reason = new Error("enough");
    const fetching = downloads.toFile(largeUrl, target, {
      signal: ending.signal,
      connections: 2,
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes > 10 * MIB) ending.abort(reason);
      },
    });
    await assert.rejects(fetching, reason);
    server.requests.clear();
    await downloads.toFile(largeUrl, target);
    await assertComplete(large);
    assert.ok(fetchedBytes() < large.length - 9 * MIB);
  });

  test("discards what belongs to another file, or has an invalid state", async () => {
    const leaveHalf = async () => {
      server.faults.add("direct", fault.cutAfterAnswerBytes(2 * MIB));
      server.faults.add("direct", fault.cutBeforeRequest(), { times: Infinity });
      await assert.rejects(downloads.toFile(smallUrl, target));
      server.faults.clear();
    };
    await leaveHalf();
    server.requests.clear();
    await downloads.toFile(largeUrl, target);
    await assertComplete(large);
    assert.equal(fetchedBytes(), large.length);
    await rm(target);
    for (const state of ["", "{", "[]", "{}\n"]) {
      await leaveHalf();
      const left = await leftBehind();
      await writeFile(left.state, state);
      server.requests.clear();
      await downloads.toFile(smallUrl, target);
      // Nobody can tell who owns these any more.
      assert.deepEqual([await readFile(left.state, "utf8"), (await stat(left.part)).size > 0], [state, true]);
      await Promise.all([rm(left.part), rm(left.state)]);
      await assertComplete(small);
      assert.equal(fetchedBytes(), small.length, state);
      await rm(target);
    }
  });

  test("starts over once if what was kept turns out to be wrong", async () => {
    server.faults.add("direct", fault.cutAfterAnswerBytes(2 * MIB));
    server.faults.add("direct", fault.cutBeforeRequest(), { times: Infinity });
    await assert.rejects(downloads.toFile(smallUrl, target));
    server.faults.clear();
    const { part: path } = await leftBehind();
    const part = await readFile(path);
    part[100] = (part[100] ?? 0) ^ 1;
    await writeFile(path, part);
    await downloads.toFile(smallUrl, target);
    await assertComplete(small);
  });

  test("does not continue in a file that another program put in its place", async () => {
    let path = "";
    const onProgress = ({ phase }: DownloadProgress) => {
      if (phase !== "verifying" || path !== "") return;
      path = join(folder, readdirSync(folder).find((name) => name.endsWith(".part")) ?? "");
      renameSync(path, join(folder, "moved"));
      writeFileSync(path, "of somebody else");
    };
    await assert.rejects(downloads.toFile(smallUrl, target, { onProgress }), /replaced by another program/);
    const { part, state, others } = await leftBehind();
    assert.deepEqual([part, state, others], [path, join(folder), ["moved"]]);
    assert.equal(await readFile(part, "utf8"), "of somebody else");
  });

  test("does not keep wrong bytes", async () => {
    await writeFile(target, "an older file");
    server.faults.add("direct", fault.flipByte(MIB));
    await assert.rejects(downloads.toFile(smallUrl, target), {
      name: "ChecksumMismatchError",
      message: /your file was left as it is\. .*consigne-server fsck --deep/,
    });
    assert.deepEqual(await readdir(folder), ["target"]);
    assert.equal(await readFile(target, "utf8"), "an older file");
  });

  test("does not mention a file that did not exist", async () => {
    server.faults.add("direct", fault.flipByte(MIB));
    await assert.rejects(downloads.toFile(smallUrl, target), (error: Error) => {
      assert.match(error.message, /does not match the server's; nothing was kept\. .*consigne-server fsck --deep/);
      return true;
    });
    assert.deepEqual(await readdir(folder), []);
  });

  test("does not refer users of another service to our operators", async () => {
    server.faults.add("direct", fault.flipByte(MIB));
    await assert.rejects(downloadsWith({ isOriginal: true }).toFile(smallUrl, target), {
      message: /does not match the server's; nothing was kept\.$/,
    });
  });

  test("does not retry bytes that the server knows to be damaged", async () => {
    const damaged = { status: "KO", message: "The stored data of this file is damaged #594" };
    server.faults.add("direct", fault.answer({ status: 503, body: damaged }), { times: Infinity });
    const refused = { name: "FileDamagedError", code: "damaged", message: /^download: The stored data/ };
    await assert.rejects(downloads.toFile(smallUrl, target), refused);
    await assert.rejects(downloads.bytes(smallUrl), refused);
    assert.equal(server.requests.list("direct").length, 2);
    assert.deepEqual(await readdir(folder), []);
  });

  test("says if the file is gone", async () => {
    const gone = server.url + "/?abcdefghij0123456789";
    await assert.rejects(downloads.toFile(gone, target));
    assert.deepEqual(await readdir(folder), []);
  });
});

test("a full disk is reported in plain words, keeps what arrived and lets the next run continue", async (t) => {
  const disk = join(folder, "disk");
  await mkdir(disk);
  const run = promisify(execFile);
  const mounted = await run("mount", ["-t", "tmpfs", "-o", "size=20m", "tmpfs", disk]).then(
    () => true,
    () => false,
  );
  if (!mounted) return t.skip("may not mount a small file system here");
  try {
    const path = join(disk, "target");
    await assert.rejects(downloads.toFile(largeUrl, path), {
      name: "LocalFileError",
      message: /^The disk is full\. .*\.part.*Free some space and run it again\.$/,
    });
    assert.equal((await readdir(disk)).includes("target"), false);
    await run("mount", ["-o", "remount,size=200m", disk]);
    await downloads.toFile(largeUrl, path);
    assert.deepEqual(await readdir(disk), ["target"]);
    assert.ok((await readFile(path)).equals(large));
  } finally {
    await run("umount", [disk]);
  }
});
