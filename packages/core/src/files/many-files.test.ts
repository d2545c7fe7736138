import assert from "node:assert/strict";
import { test } from "node:test";
import { guest } from "../policy/actor.ts";
import { sampleBlob, sampleFile } from "../testing/database-suite-samples.ts";
import { TurnWatch } from "../testing/turn-watch.ts";
import type { FileAccessRows } from "./file-access.ts";
import { forManyFiles } from "./many-files.ts";

test("other work gets its turn while many files are read", async () => {
  const files = Array.from({ length: 200 }, () => sampleFile(sampleBlob()));
  const ids = files.map(({ id }) => id);
  const rows = {
    accounts: { findById: async () => undefined, findByIds: async () => [] },
    files: { findByIds: async (wanted: readonly string[]) => files.filter(({ id }) => wanted.includes(id)) },
    folders: {},
  };
  const references = ids.map((fileId) => ({ fileId }));
  const access: FileAccessRows = forManyFiles(rows as never, guest("192.0.2.7"), references);
  using watch = new TurnWatch();
  for (const id of ids) {
    const file = await access.files.findById(id);
    assert.equal(file?.id, id);
    // Checks about it, such as who may follow its link, do not wait for anything.
    watch.count(1);
  }
  assert.ok(watch.mostRows <= 16, `${watch.mostRows} files in one turn`);
});
