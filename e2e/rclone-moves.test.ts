import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { lacksRclone, requestsTo, Rclone } from "./_rclone.ts";
import type { RcloneRun } from "./_rclone.ts";

let rclone: Rclone;
let movesFolders = false;

async function textAt(remote: string): Promise<string> {
  return (await rclone.ok("cat", remote)).stdout;
}

async function linkOf(remote: string): Promise<string> {
  return (await rclone.ok("link", remote)).stdout.trim();
}

async function uploaded(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  await rclone.ok("copy", await rclone.local(name, files), `my1fichier:${name}`);
  return `my1fichier:${name}`;
}

/**
 * An old rclone treats every move as an in-place rename; `consigne run` makes it copy on the server and remove the
 * source instead.
 */
async function moveBetween(from: string, to: string): Promise<void> {
  assertOnServer(await rclone.ok("moveto", from, to));
}

function assertOnServer(run: RcloneRun): void {
  for (const path of ["/upload.cgi", "/get_token.cgi", "/file/rename.cgi"]) {
    assert.deepEqual(requestsTo(run, path), []);
  }
}

async function moveFolder(from: string, to: string): Promise<void> {
  if (!movesFolders) {
    await moveBetween(from, to);
    // The emptied folders stay until they are removed.
    await rclone.ok("rmdirs", from);
    return;
  }
  const run = await rclone.ok("moveto", from, to);
  assert.equal(requestsTo(run, "/folder/mv.cgi").length, 1);
  assert.deepEqual(requestsTo(run, "/file/mv.cgi"), []);
}

/** A link survives a move, but not a copy with a removal. */
async function assertLink(remote: string, link: string): Promise<void> {
  assert.equal((await linkOf(remote)) === link, movesFolders);
}

describe("rclone moves and renames", { skip: lacksRclone, concurrency: 8 }, () => {
  before(async () => {
    rclone = await Rclone.start();
    const { stdout } = await rclone.ok("backend", "features", "my1fichier:");
    movesFolders = (JSON.parse(stdout) as { Features: { DirMove: boolean } }).Features.DirMove;
  });
  after(() => rclone[Symbol.asyncDispose]());

  it("renames a file within its folder", async () => {
    const base = await uploaded("renaming", { "old.txt": "same bytes" });
    const link = await linkOf(`${base}/old.txt`);
    const run = await rclone.ok("moveto", `${base}/old.txt`, `${base}/new.txt`);
    assert.equal(requestsTo(run, "/file/rename.cgi").length, movesFolders ? 1 : 0);
    assert.deepEqual(requestsTo(run, "/upload.cgi"), []);
    assert.deepEqual(await rclone.names(base), ["new.txt"]);
    await assertLink(`${base}/new.txt`, link);
    assert.equal(await textAt(`${base}/new.txt`), "same bytes");
  });

  it("moves a file to another folder, with and without a new name", async () => {
    const base = await uploaded("between", { "from/a.txt": "A", "from/b.txt": "B" });
    const link = await linkOf(`${base}/from/a.txt`);
    await moveBetween(`${base}/from/a.txt`, `${base}/to/a.txt`);
    const second = await rclone.runByCommand(["moveto", `${base}/from/b.txt`, `${base}/to/renamed.txt`]);
    assert.equal(second.code, 0, second.stderr);
    assertOnServer(second);
    assert.deepEqual(await rclone.names(base), ["from/", "to/", "to/a.txt", "to/renamed.txt"]);
    await assertLink(`${base}/to/a.txt`, link);
    assert.equal(await textAt(`${base}/to/renamed.txt`), "B");
  });

  it("moves a file to the root of the account", async () => {
    const base = await uploaded("rootwards", { "deep/file.txt": "to the root" });
    await moveBetween(`${base}/deep/file.txt`, "my1fichier:rootwards-file.txt");
    assert.equal(await textAt("my1fichier:rootwards-file.txt"), "to the root");
    assert.deepEqual(await rclone.names(base), ["deep/"]);
  });

  it("overwrites a file that already has the new name", async () => {
    const base = await uploaded("taken", { "a.txt": "the one that stays", "b.txt": "in the way" });
    await rclone.ok("moveto", `${base}/a.txt`, `${base}/b.txt`);
    // A copy on the server leaves the existing file beside the new one, as `rclone copyto` does on 1fichier.com; `cat`
    // shows both, the newer first.
    assert.deepEqual(await rclone.names(base), movesFolders ? ["b.txt"] : ["b.txt", "b.txt"]);
    assert.equal(await textAt(`${base}/b.txt`), movesFolders ? "the one that stays" : "the one that staysin the way");
  });

  it("moves everything in a folder into an existing folder", async () => {
    const base = await uploaded("merging", { "src/a.txt": "a", "src/sub/b.txt": "b", "dst/sub/c.txt": "c" });
    await moveBetween(`${base}/src`, `${base}/dst`);
    const expected = ["dst/", "dst/a.txt", "dst/sub/", "dst/sub/b.txt", "dst/sub/c.txt"];
    assert.deepEqual(
      (await rclone.names(base)).filter((name) => !name.startsWith("src/")),
      expected,
    );
  });

  it("renames a folder", async () => {
    const base = await uploaded("folders", { "before/a.txt": "a", "before/sub/b.txt": "b" });
    const link = await linkOf(`${base}/before/sub/b.txt`);
    await moveFolder(`${base}/before`, `${base}/after`);
    assert.deepEqual(await rclone.names(base), ["after/", "after/a.txt", "after/sub/", "after/sub/b.txt"]);
    await assertLink(`${base}/after/sub/b.txt`, link);
  });

  it("moves a folder into another one under a new name", async () => {
    const base = await uploaded("nesting", { "loose/a.txt": "a", "home/keep.txt": "k" });
    await moveFolder(`${base}/loose`, `${base}/home/made/inner`);
    const expected = ["home/", "home/keep.txt", "home/made/", "home/made/inner/", "home/made/inner/a.txt"];
    assert.deepEqual(await rclone.names(base), expected);
  });

  it("moves a folder to the root and keeps its name", async () => {
    const base = await uploaded("upwards", { "climber/a.txt": "up" });
    await moveFolder(`${base}/climber`, "my1fichier:climber");
    assert.deepEqual(await rclone.names("my1fichier:climber"), ["a.txt"]);
    assert.deepEqual(await rclone.names(base), []);
  });

  it("moves a folder to the root under a new name", async () => {
    const base = await uploaded("upwards-too", { "b/a.txt": "up", "b/c/d.txt": "and on" });
    await moveFolder(`${base}/b`, "my1fichier:upwards-renamed");
    assert.deepEqual(await rclone.names("my1fichier:upwards-renamed"), ["a.txt", "c/", "c/d.txt"]);
    assert.deepEqual(await rclone.names(base), []);
  });
});
