import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { isSettled } from "./file-stamp.ts";
import { indexPath, LocalIndex } from "./local-index.ts";
import { SyncError } from "./sync-error.ts";

function temporaryPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "consigne-index-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "deep", "index.sqlite");
}

function fill(path: string, files = 1): void {
  using index = LocalIndex.open(path);
  for (let number = 0; number < files; number += 1) index.keepWhirlpool(`file ${number}`, "stamp", "a".repeat(128));
  index.markSuperseded(["https://host/?one", "https://host/?two"]);
}

test("a checksum is found under the same path and stamp only", (t) => {
  const path = temporaryPath(t);
  fill(path);
  using index = LocalIndex.open(path);
  assert.equal(index.findWhirlpool("file 0", "stamp"), "a".repeat(128));
  assert.equal(index.findWhirlpool("file 0", "other stamp"), undefined);
  assert.equal(index.findWhirlpool("file 1", "stamp"), undefined);
  index.keepWhirlpool("file 0", "other stamp", "b".repeat(128));
  assert.equal(index.findWhirlpool("file 0", "stamp"), undefined, "a newer stamp replaces it");
});

test("links about to be replaced are remembered until they are unmarked", (t) => {
  const path = temporaryPath(t);
  fill(path);
  using index = LocalIndex.open(path);
  index.unmarkSuperseded(["https://host/?one"]);
  assert.deepEqual([...index.listSuperseded()], ["https://host/?two"]);
});

test("deleted files are forgotten", (t) => {
  const path = temporaryPath(t);
  fill(path, 3);
  using index = LocalIndex.open(path);
  index.forgetUnless((each) => each === "file 1");
  assert.deepEqual(
    ["file 0", "file 1", "file 2"].map((each) => index.findWhirlpool(each, "stamp") !== undefined),
    [false, true, false],
  );
});

for (const [what, damage] of [
  ["empty", (path: string) => writeFileSync(path, "")],
  ["no index at all", (path: string) => writeFileSync(path, "something else entirely\n".repeat(400))],
  ["cut in half", (path: string) => truncateSync(path, Math.floor(readFileSync(path).length / 2))],
  [
    "overwritten in the middle",
    (path: string) => {
      const bytes = readFileSync(path);
      bytes.fill(0xff, 4096, 3 * 4096);
      writeFileSync(path, bytes);
    },
  ],
] as const) {
  test(`an index that is ${what} reports nothing wrong and is rebuilt`, (t) => {
    const path = temporaryPath(t);
    fill(path, 2000);
    damage(path);
    using index = LocalIndex.open(path);
    assert.ok([undefined, "a".repeat(128)].includes(index.findWhirlpool("file 7", "stamp")));
    index.keepWhirlpool("new", "stamp", "c".repeat(128));
    assert.equal(index.findWhirlpool("new", "stamp"), "c".repeat(128));
  });
}

test("an index is used by one process at a time, and one that is killed keeps its entries and releases it", async (t) => {
  const path = temporaryPath(t);
  const module = new URL("./local-index.ts", import.meta.url).href;
  const script = `
    const { LocalIndex } = await import(${JSON.stringify(module)});
    const index = LocalIndex.open(${JSON.stringify(path)});
    index.keepWhirlpool("kept", "stamp", "d");
    console.log("open");
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  assert.throws(
    () => LocalIndex.open(path),
    (error) => error instanceof SyncError && error.code === "already-running",
  );
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
  using index = LocalIndex.open(path);
  assert.equal(index.findWhirlpool("kept", "stamp"), "d");
});

test("each pair has its own index file, whose name reveals no path", () => {
  const one = indexPath("/cache", { localRoot: "/home/me/secret", remote: "https://host/v1 /backup" });
  const other = indexPath("/cache", { localRoot: "/home/me/secret", remote: "https://host/v1 /backup2" });
  assert.notEqual(one, other);
  assert.match(one, /^\/cache\/sync\/[0-9a-f]{32}\.sqlite$/);
});

test("a file that has just changed is not settled, since a change within the same tick would go unnoticed", () => {
  const stampAt = (ms: number) => `10.${ms}000000.${ms}000000.7`;
  assert.equal(isSettled(stampAt(10_000), 10_500), false);
  assert.equal(isSettled(stampAt(10_000), 13_000), true);
});
