import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { lacksRclone, Rclone } from "./_rclone.ts";

const files = {
  "a.txt": "one",
  'docs/it\'s <"5 $">.txt': "names that the host refuses",
  "docs/deep/née “ü” ＂.txt": "and look-alikes",
  " blanks /x": "at the ends",
};

suite("consigne sync and rclone on the same files", { skip: lacksRclone, concurrency: 2 }, () => {
  test("rclone finds files uploaded by consigne identical, by size and Whirlpool", async () => {
    await using rclone = await Rclone.start();
    const tree = await rclone.local("tree", files);
    const sync = await rclone.consigne("sync", tree, ":/backup");
    assert.equal(sync.code, 0, sync.stderr);
    const check = await rclone.ok("check", "--checksum", "-v", tree, "my1fichier:backup");
    assert.match(check.stderr, /0 differences found/);
    assert.doesNotMatch(check.stderr, /hashes could not be checked/);
  });

  test("consigne finds files uploaded by rclone identical, and uploads nothing", async () => {
    await using rclone = await Rclone.start();
    const tree = await rclone.local("tree", files);
    await rclone.ok("copy", tree, "my1fichier:backup");
    const sync = await rclone.consigne("sync", tree, ":/backup", "--delete", "--json");
    assert.equal(sync.code, 0, sync.stderr);
    const summary = JSON.parse(sync.stdout.trim().split("\n").at(-1) ?? "{}");
    assert.deepEqual([summary.unchangedFiles, summary.counts.upload, summary.counts.delete], [4, 0, 0]);
    const check = await rclone.consigne("check", tree, ":/backup");
    assert.equal(check.code, 0, check.stdout + check.stderr);
  });

  test("consigne downloads files uploaded by rclone unchanged", async () => {
    await using rclone = await Rclone.start();
    const tree = await rclone.local("tree", files);
    await rclone.ok("copy", tree, "my1fichier:backup");
    const copy = join(rclone.folder, "copy");
    const sync = await rclone.consigne("sync", ":/backup", copy);
    assert.equal(sync.code, 0, sync.stderr);
    await rclone.ok("check", tree, copy);
  });
});
