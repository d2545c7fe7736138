import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CliError } from "./errors.ts";
import { makeLocalFolder } from "./local-folders.ts";

test("makes missing folders and keeps existing ones", (t) => {
  const root = mkdtempSync(join(tmpdir(), "consigne-folders-"));
  t.after(() => rmSync(root, { recursive: true }));
  const path = join(root, "a/b/c");
  makeLocalFolder(path, 0o700);
  makeLocalFolder(path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  writeFileSync(join(root, "file"), "");
  const refused = (name: string, exitCode: number) =>
    assert.throws(
      () => makeLocalFolder(join(root, name)),
      (error) => error instanceof CliError && error.exitCode === exitCode && /cannot be created/.test(error.message),
    );
  refused("file", 10);
  refused("file/below", 10);
  refused("n".repeat(300), 1);
});

test("reports an error where the system allows no new folder", { skip: !existsSync("/proc/self") }, () => {
  const text = /^The folder \/proc\/no-such\/x\/y cannot be created: no such file or folder\.$/;
  assert.throws(() => makeLocalFolder("/proc/no-such/x/y"), { name: "CliError", message: text });
});
