import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, suite, test } from "node:test";
import { openThumbnailStore } from "../src/index.ts";

suite("the thumbnail store", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "consigne-thumbnails-"));
    file = join(folder, "thumbnails.sqlite");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const open = (mostBytes = 1e9) => openThumbnailStore(file, { mostBytes });
  const bytes = (fill: number, length = 10) => new Uint8Array(length).fill(fill);

  test("keeps thumbnails and refusals until they are removed, across restarts", async () => {
    {
      using store = open();
      assert.equal(await store.find("a"), undefined);
      await store.remove(["a"]);
      assert.equal(existsSync(file), false, "created with the first thumbnail");
      await store.keep("a", { bytes: undefined });
      await store.keep("a", { bytes: bytes(1) });
      await store.keep("b", { bytes: undefined });
      await store.keep("c", { bytes: bytes(3) });
    }
    using store = open();
    assert.equal(statSync(file).mode & 0o077, 0, "only its owner can read it");
    assert.deepEqual((await store.find("a"))?.bytes, bytes(1));
    assert.deepEqual(await store.find("b"), { bytes: undefined });
    await store.remove(["a", "b", "none"]);
    assert.equal(await store.find("a"), undefined);
    assert.equal(await store.find("b"), undefined);
    assert.deepEqual((await store.find("c"))?.bytes, bytes(3));
  });

  test("drops the oldest before growing too large", async () => {
    using store = open(2_000_000);
    for (let at = 0; at < 400; at++) await store.keep(String(at), { bytes: bytes(at % 256, 20_000) });
    assert.equal(await store.find("0"), undefined);
    assert.deepEqual((await store.find("399"))?.bytes, bytes(399 % 256, 20_000));
    assert.ok(statSync(file).size < 4_000_000);
  });

  test("starts over if its file is damaged or in another format", async () => {
    writeFileSync(file, "this is no database, and long enough to be looked at".repeat(100));
    {
      using store = open();
      assert.equal(await store.find("a"), undefined);
      await store.keep("a", { bytes: bytes(1) });
      assert.deepEqual((await store.find("a"))?.bytes, bytes(1));
    }
    const { DatabaseSync } = await import("node:sqlite");
    const other = new DatabaseSync(file);
    other.exec("pragma user_version = 77");
    other.close();
    using store = open();
    assert.equal(await store.find("a"), undefined);
  });
});
