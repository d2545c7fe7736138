import assert from "node:assert/strict";
import { mkdir, mkdtemp, rename, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CliError } from "../command-line/errors.ts";
import { TargetFolders } from "./target-folders.ts";

test("notices a link that replaced a folder since it was entered", async (t) => {
  const top = await mkdtemp(join(tmpdir(), "consigne-target-"));
  t.after(() => rm(top, { recursive: true }));
  const [chosen, outside] = [join(top, "chosen"), join(top, "outside")];
  await Promise.all([mkdir(join(top, "root")), mkdir(outside)]);
  await symlink(join(top, "root"), chosen);
  const folders = new TargetFolders(chosen, { makes: true });
  for (const path of ["a", "a/b"]) await folders.enter(join(chosen, path));
  for (const path of ["", "a", "a/b"]) await folders.check(join(chosen, path));
  await rename(join(chosen, "a"), join(top, "aside"));
  await symlink(outside, join(chosen, "a"));
  await mkdir(join(outside, "b"));
  for (const path of ["a", "a/b"]) {
    await assert.rejects(
      folders.check(join(chosen, path)),
      (error) => error instanceof CliError && error.exitCode === 10,
    );
  }
  await assert.rejects(
    folders.enter(join(chosen, "a")),
    /is a symbolic link, and nothing is written through symbolic links/,
  );
});
