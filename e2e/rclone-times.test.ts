import assert from "node:assert/strict";
import { test } from "node:test";
import { lacksRclone, Rclone } from "./_rclone.ts";

/** rclone reads the API's times as UTC; those of 1fichier.com are an hour or two ahead. */
test("rclone shows the correct times of a server that reports them in UTC", { skip: lacksRclone }, async () => {
  await using rclone = await Rclone.start({ CONSIGNE_WIRE_TIME_ZONE: "UTC" });
  const before = Math.floor(Date.now() / 1000) * 1000;
  await rclone.local("timed", { "a.txt": "a", "folder/b.txt": "b" });
  await rclone.ok("copy", "timed", "my1fichier:timed");
  const after = Date.now();
  const { stdout } = await rclone.ok("lsjson", "-R", "my1fichier:timed");
  const entries = JSON.parse(stdout) as { Path: string; ModTime: string }[];
  assert.deepEqual(entries.map(({ Path }) => Path).toSorted(), ["a.txt", "folder", "folder/b.txt"]);
  for (const { Path, ModTime } of entries) {
    const at = Date.parse(ModTime);
    assert.ok(at >= before && at <= after, `${Path}: ${ModTime}`);
  }
});
