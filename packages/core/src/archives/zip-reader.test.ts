import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { type Piece, PieceReader, readerOf, ZipPieces } from "./zip-reader.ts";

const run = promisify(execFile);
const modifiedAt = new Date("2026-03-04T05:06:08Z");
const GIB = 2 ** 30;

async function* archiveOf(members: Iterable<[path: string, content: Uint8Array | undefined]>): AsyncGenerator<Piece> {
  const zip = new ZipPieces();
  for (const [path, content] of members) {
    const member = { path, sizeBytes: content?.length ?? 0, modifiedAt };
    yield* zip.member(member, content && readerOf(content));
  }
  yield* zip.end();
}

/** Writes an archive to a file; blocks of zeros become holes. */
async function written(pieces: AsyncGenerator<Piece>, path: string): Promise<number> {
  await using file = await open(path, "w");
  const reader = new PieceReader(pieces);
  const buffer = Buffer.alloc(4 * 1024 * 1024);
  const zeros = Buffer.alloc(buffer.length);
  let at = 0;
  for (;;) {
    const count = await reader.read(buffer);
    if (count === 0) break;
    if (!buffer.subarray(0, count).equals(zeros.subarray(0, count))) await file.write(buffer, 0, count, at);
    at += count;
  }
  await file.truncate(at);
  return at;
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "consigne-zip-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Why the archive cannot be opened here; false if both programs exist. */
const skip = [
  ["unzip", "-v"],
  ["python3", "--version"],
].some(([program = "", option = ""]) => spawnSync(program, [option], { stdio: "ignore" }).status !== 0)
  ? "unzip or python3 does not work on this machine"
  : false;

const unzip = async (...options: string[]): Promise<string> => (await run("unzip", options)).stdout;
/** Prints names, sizes and times as Python reads them, and the first member whose checksum is wrong. */
const PYTHON = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    bad = archive.testzip() if sys.argv[2] == "all" else None
    infos = archive.infolist()
    print(len(infos), infos[-1].filename, bad, infos[0].date_time, max(info.file_size for info in infos))
`;
const python = async (path: string, which: "all" | "list"): Promise<string> =>
  (await run("python3", ["-c", PYTHON, path, which])).stdout.trim();

test("makes an archive that unzip and Python read, with folders, times and UTF-8 names", { skip }, () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.zip");
    const content = Buffer.from("alphabet".repeat(9));
    await written(
      archiveOf([
        ["é/", undefined],
        ["é/日本.txt", content],
        ["é/empty", Buffer.alloc(0)],
      ]),
      path,
    );
    assert.match(await unzip("-t", path), /No errors detected/);
    assert.equal(await python(path, "all"), "3 é/empty None (2026, 3, 4, 5, 6, 8) 72");
    await unzip("-q", path, "-d", folder);
    assert.deepEqual(await readFile(join(folder, "é", "日本.txt")), content);
  }),
);

test("stores more than 65,535 entries with few bytes each", { skip }, () =>
  inFolder(async (folder) => {
    const path = join(folder, "many.zip");
    const count = 66_000;
    const members = function* (): Generator<[string, Uint8Array]> {
      for (let index = 0; index < count; index++) yield [`many/${index}`, Buffer.from("x")];
    };
    await written(archiveOf(members()), path);
    assert.equal(await python(path, "list"), `${count} many/${count - 1} None (2026, 3, 4, 5, 6, 8) 1`);
    assert.equal(await unzip("-p", path, `many/${count - 1}`), "x");
  }),
);

test("stores an entry of more than 4 GiB, and others after it", { skip }, () =>
  inFolder(async (folder) => {
    const path = join(folder, "large.zip");
    const sizeBytes = 4 * GIB + 1;
    const pieces = async function* (): AsyncGenerator<Piece> {
      const zip = new ZipPieces();
      let left = sizeBytes;
      const zeros = {
        read: async (buffer: Uint8Array) => {
          const count = Math.min(left, buffer.length);
          buffer.fill(0, 0, count);
          left -= count;
          return count;
        },
      };
      yield* zip.member({ path: "zeros", sizeBytes, modifiedAt }, zeros);
      yield* zip.member({ path: "last", sizeBytes: 4, modifiedAt }, readerOf(Buffer.from("last")));
      yield* zip.end();
    };
    assert.ok((await written(pieces(), path)) > sizeBytes);
    assert.equal(await python(path, "list"), `2 last None (2026, 3, 4, 5, 6, 8) ${sizeBytes}`);
    assert.equal(await unzip("-p", path, "last"), "last");
  }),
);

test("cannot be opened if cut off anywhere", { skip }, () =>
  inFolder(async (folder) => {
    const path = join(folder, "whole.zip");
    await written(
      archiveOf([
        ["one", Buffer.from("one")],
        ["two", Buffer.from("two")],
      ]),
      path,
    );
    const whole = await readFile(path);
    for (const length of [whole.length - 1, whole.length - 22, 40]) {
      await writeFile(path, whole.subarray(0, length));
      await assert.rejects(python(path, "all"), /BadZipFile/);
    }
  }),
);

test("stops if an entry's bytes differ from what was announced", async () => {
  for (const sizeBytes of [3, 5]) {
    const zip = new ZipPieces();
    const reader = new PieceReader(zip.member({ path: "a", sizeBytes, modifiedAt }, readerOf(Buffer.from("1234"))));
    await assert.rejects(reader.read(Buffer.alloc(1000)), /has 4 bytes instead of/);
  }
});

test("returns the checksums of what was written, and none for folders", async () => {
  const zip = new ZipPieces();
  const checksum = Buffer.alloc(64, 7);
  const drain = async (pieces: AsyncGenerator<Piece>) => {
    const reader = new PieceReader(pieces);
    while ((await reader.read(Buffer.alloc(65_536))) > 0);
  };
  for (let index = 0; index < 1000; index++) {
    const path = `${"long/".repeat(30)}${index}`;
    await drain(zip.member({ path, sizeBytes: 0, modifiedAt }, readerOf(Buffer.alloc(0)), checksum));
    await drain(zip.member({ path: `${path}/`, sizeBytes: 0, modifiedAt }, undefined));
  }
  const listed = [...zip.listed()];
  assert.equal(listed.length, 1000);
  assert.ok(listed.every((each, index) => each.path.endsWith(`/${index}`) && checksum.equals(each.checksum)));
  assert.ok(zip.indexBytes > 400_000 && zip.indexBytes < 700_000);
});
