import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, link, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { promisify } from "node:util";
import { ApiClient, fault, type FaultyServer, startFaultyServer } from "@consigne/testkit";
import { Downloads } from "../src/downloads/downloads.ts";
import { findUnfinishedFiles, openDraft } from "../src/downloads/drafts.ts";
import { partNamesOf } from "../src/downloads/part-names.ts";
import { PartFile } from "../src/downloads/part-file.ts";
import { headOfRecord, partIdLine, progressLine, readRecord } from "../src/downloads/part-record.ts";
import type { LocalFiles } from "../src/platform/local-files.ts";
import { nodeFiles } from "../src/platform/node-files.ts";
import { byteContext } from "./_byte-context.ts";

const content = randomBytes(3 * 1024 * 1024 + 5);
const [first] = [...partNamesOf("target")].slice(0, 1) as [{ part: string; state: string }];
const identity = { url: "https://1fichier.com/?abcdefghij0123456789", sizeBytes: 10, whirlpool: undefined };
let server: FaultyServer;
let url: string;
let folder: string;
let target: string;
let downloads: Downloads;

before(async () => {
  server = await startFaultyServer();
  const [sent] = await new ApiClient(server, server.apiKey).upload({ "content.bin": content });
  url = sent?.download ?? "";
});
after(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "consigne-names-"));
  target = join(folder, "target");
  downloads = new Downloads(byteContext(server));
});
afterEach(async () => {
  server.faults.clear();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);

/** Interrupts a download halfway, leaving its part and its record. */
async function leaveHalf(): Promise<void> {
  server.faults.add("direct", fault.cutAfterAnswerBytes(2 * 1024 * 1024));
  server.faults.add("direct", fault.cutBeforeRequest(), { times: Infinity });
  await assert.rejects(downloads.toFile(url, target), { name: "DownloadFailedError" });
  server.faults.clear();
}

async function fetchWhole(options: Parameters<Downloads["toFile"]>[2] = {}): Promise<number> {
  let resumed = 0;
  await downloads.toFile(url, target, { ...options, onProgress: ({ resumedBytes }) => (resumed = resumedBytes) });
  assert.ok((await readFile(target)).equals(content));
  return resumed;
}

const occupied: Record<string, (path: string) => Promise<unknown>> = {
  "a file": (path) => writeFile(path, "my own"),
  "an empty file": (path) => writeFile(path, ""),
  "a folder": (path) => mkdir(path),
  "a symbolic link to a file": async (path) => {
    await writeFile(at("elsewhere"), "my own");
    await symlink("elsewhere", path);
  },
  "a symbolic link into nothing": (path) => symlink("nowhere", path),
  "a pipe": (path) => promisify(execFile)("mkfifo", [path]),
};

for (const [what, make] of Object.entries(occupied)) {
  for (const which of ["part", "state"] as const) {
    test(`${what} named like its own ${which} is left alone`, async () => {
      await make(at(first[which]));
      const before = await lstat(at(first[which]));
      await writeFile(at("target.part"), "my own");
      await writeFile(at("target.part.json"), "my own");
      await fetchWhole();
      const now = await lstat(at(first[which]));
      assert.deepEqual(
        [now.ino, now.size, now.mtimeMs, now.mode],
        [before.ino, before.size, before.mtimeMs, before.mode],
      );
      const names = new Set([...(await readdir(folder)), "elsewhere"]);
      assert.deepEqual(names, new Set([first[which], "target", "target.part", "target.part.json", "elsewhere"]));
      assert.equal(await readFile(at("target.part"), "utf8"), "my own");
    });
  }
}

test("a file that replaced an interrupted run's leftover is left alone, and the run continues with its own", async () => {
  await leaveHalf();
  assert.ok((await fetchWhole()) > 0);
  assert.deepEqual(await readdir(folder), ["target"]);
  for (const replace of [
    (path: string) => writeFile(path, "my own"),
    async (path: string) => {
      await rm(path);
      await writeFile(path, "my own");
    },
    async (path: string) => {
      const other = Buffer.from(await readFile(path));
      other.fill("x", 0, 10);
      await writeFile(path, other);
    },
  ]) {
    await leaveHalf();
    await replace(at(first.part));
    const mine = await readFile(at(first.part));
    assert.deepEqual(await findUnfinishedFiles(folder, await readdir(folder)), [first.state]);
    assert.equal(await fetchWhole(), 0);
    assert.ok((await readFile(at(first.part))).equals(mine));
    await Promise.all([rm(at(first.part)), rm(at(first.state))]);
  }
});

test("a download moved to another disk with its record is continued", async () => {
  await leaveHalf();
  const moved = `${folder}-moved`;
  try {
    await cp(folder, moved, { recursive: true });
    target = join(moved, "target");
    assert.ok((await fetchWhole()) > 0);
    assert.deepEqual(await readdir(moved), ["target"]);
  } finally {
    await rm(moved, { recursive: true });
  }
});

test("a temporary name never equals that of a listed file", async () => {
  const seen = new Set<string>();
  const isReserved = (name: string) => {
    seen.add(name);
    return name === first.state;
  };
  const onProgress = () => assert.ok(!existsSync(at(first.part)));
  await downloads.toFile(url, target, { isReserved, onProgress });
  assert.ok(seen.has(first.part) && seen.has(first.state));
  assert.deepEqual(await readdir(folder), ["target"]);
});

test("without permission to replace, a file that got the name meanwhile is kept", async () => {
  await assert.rejects(
    downloads.toFile(url, target, { mayReplace: false, beforeNaming: () => writeFile(target, "my own") }),
    { name: "LocalFileError", message: /appeared in the meantime and was not replaced/ },
  );
  assert.equal(await readFile(target, "utf8"), "my own");
  await rm(target);
  assert.equal(await fetchWhole({ mayReplace: false }), content.length);
  assert.deepEqual(await readdir(folder), ["target"]);
  const refusal = new Error("it changed here");
  const refuse = () => Promise.reject(refusal);
  await assert.rejects(downloads.toFile(url, target, { beforeNaming: refuse }), refusal);
  await fetchWhole();
});

test("a part that already has its final name is not written to", async () => {
  await downloads
    .toFile(url, target, { beforeNaming: () => link(at(first.part), target), mayReplace: false })
    .catch(() => undefined);
  await writeFile(target, "edited", { flag: "a" });
  const edited = await readFile(target);
  await assert.rejects(downloads.toFile(url, target, { beforeNaming: () => Promise.reject(new Error("no")) }));
  assert.ok((await readFile(target)).equals(edited));
});

test("a process that ends at any moment leaves no part without its record", async () => {
  for (const isLeft of [false, true]) {
    for (let changes = 0; changes < (isLeft ? 4 : 2); changes++) {
      if (isLeft) await (await PartFile.claim(nodeFiles, target, identity, { resumes: false })).close();
      const killed = PartFile.claim(endingAfter(changes), target, identity, { resumes: false });
      await assert.rejects(killed, /killed/);
      const names = await readdir(folder);
      if (names.includes(first.part)) assert.ok(names.includes(first.state), `${isLeft} ${changes}: ${names.join()}`);
      await (await PartFile.claim(nodeFiles, target, identity, { resumes: false })).remove();
      assert.deepEqual(await readdir(folder), []);
    }
  }
});

/** The files of a process that is killed after this many changes, as it starts the next one. */
function endingAfter(changes: number): LocalFiles {
  let left = changes;
  const unlessKilled = async <Result>(change: () => Promise<Result>): Promise<Result> => {
    if (left-- <= 0) throw new Error("killed");
    return change();
  };
  return {
    ...nodeFiles,
    create: (path, options) => unlessKilled(() => nodeFiles.create(path, options)),
    removeIf: (path, file) => unlessKilled(() => nodeFiles.removeIf(path, file)),
  };
}

test("a draft is removed unless it got its name, which is never taken from anything else", async () => {
  {
    await using opened = new AsyncDisposableStack();
    const draft = await openDraft(target, { sizeBytes: 3 });
    opened.defer(() => draft.close());
    assert.deepEqual((await findUnfinishedFiles(folder, await readdir(folder))).length, 2);
    await writeFile(draft.path, "abc");
  }
  assert.deepEqual(await readdir(folder), []);
  {
    await using opened = new AsyncDisposableStack();
    const draft = await openDraft(target, { sizeBytes: 3 });
    opened.defer(() => draft.close());
    await writeFile(draft.path, "abc");
    await draft.nameIt({ mayReplace: false });
  }
  assert.deepEqual([await readdir(folder), await readFile(target, "utf8")], [["target"], "abc"]);
  await using opened = new AsyncDisposableStack();
  const draft = await openDraft(target, { sizeBytes: 3 });
  opened.defer(() => draft.close());
  await assert.rejects(draft.nameIt({ mayReplace: false }), { name: "LocalFileError" });
  assert.equal(await readFile(target, "utf8"), "abc");
});

test("a record is distinguished from files that merely look like one", () => {
  const head = headOfRecord("target", identity);
  const whole = head + partIdLine("1:2") + progressLine([[0, 4]], [[0, "00ff"]]);
  assert.deepEqual(readRecord(whole), {
    name: "target",
    identity,
    partId: "1:2",
    done: [[0, 4]],
    samples: [[0, "00ff"]],
  });
  assert.deepEqual(readRecord(`${whole}{"done":[[0,5`)?.done, [[0, 4]], "a partially written line does not count");
  const spans = [null, [[0]], [[0, 11]], [[5, 2]], [["0", 5]], [[-1, 5]]].map((done) =>
    JSON.stringify({ done, samples: [] }),
  );
  const overlapping = JSON.stringify({
    done: [
      [1, 3],
      [2, 4],
    ],
    samples: [],
  });
  for (const line of ["x", "{}", '{"note":1}', '{"done":[]}', '{"samples":[]}', overlapping, ...spans])
    assert.equal(readRecord(`${head}${line}\n`), undefined, line);
  const change = (changes: object) => `${JSON.stringify({ ...(JSON.parse(head) as object), ...changes })}\n`;
  const others = [
    { version: 2 },
    { is: "" },
    { url: 1 },
    { sizeBytes: "10" },
    { sizeBytes: -1 },
    { whirlpool: "x" },
    { note: "" },
  ];
  for (const text of ["", "\n", "{", "null\n", "[]\n", "{}\n", head.trimEnd(), ...others.map(change)])
    assert.equal(readRecord(text), undefined, text);
});
