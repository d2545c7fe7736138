import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { UsageError } from "../../command-line/errors.ts";
import { readSides } from "./sides.ts";

test("the side with a colon is remote and decides the direction", () => {
  const up = readSides("sync", ["photos", ":/backup/photos"]);
  assert.deepEqual(
    [up.direction, up.localRoot, up.remoteName, up.remotePath.segments],
    ["up", resolve("photos"), ":/backup/photos", ["backup", "photos"]],
  );
  const down = readSides("sync", ["work:/papers", "C:/papers"]);
  assert.deepEqual([down.direction, down.remotePath.profile], ["down", "work"]);
});

for (const given of [[], ["a"], ["a", "b"], [":/a", ":/b"], ["a", ":/b", "c"], ["a", ":/b/../c"]]) {
  test(`"${given.join(" ")}" is a usage error`, () => {
    assert.throws(() => readSides("sync", given), UsageError);
  });
}
