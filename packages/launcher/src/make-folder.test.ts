import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeFolder } from "@consigne/launcher/make-folder";

test("makes missing folders, returns the topmost, and keeps existing ones", (t) => {
  const root = mkdtempSync(join(tmpdir(), "consigne-folders-"));
  t.after(() => rmSync(root, { recursive: true }));
  assert.equal(makeFolder(join(root, "a/b/c"), 0o700), join(root, "a"));
  assert.equal(makeFolder(join(root, "a/b/c"), 0o755), undefined);
  for (const name of ["a", "a/b", "a/b/c"]) assert.equal(statSync(join(root, name)).mode & 0o777, 0o700, name);
  writeFileSync(join(root, "file"), "");
  symlinkSync(join(root, "gone"), join(root, "dangling"));
  assert.throws(() => makeFolder(join(root, "file"), 0o700), { code: "EEXIST" });
  assert.throws(() => makeFolder(join(root, "file/below"), 0o700), { code: "ENOTDIR" });
  assert.throws(() => makeFolder(join(root, "dangling/below"), 0o700), { code: "EEXIST" });
});

test("reports an error where the system allows no new folder", { skip: !existsSync("/proc/self") }, () => {
  assert.throws(() => makeFolder("/proc/no-such/x", 0o700), { code: "ENOENT" });
});
