import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { removeOldState } from "./source-clients.ts";

test("what is known of the pace of hosts goes once nobody has asked them for long", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "consigne-pace-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  for (const name of ["pace-old.json", "pace-old.json.7", "pace-new.json", "note.txt"]) {
    await writeFile(join(folder, name), "{}");
    const at = name.includes("new") ? 2000 : 1000;
    await utimes(join(folder, name), at, at);
  }
  await removeOldState(folder, 1_500_000);
  assert.deepEqual((await readdir(folder)).toSorted(), ["note.txt", "pace-new.json"]);
  await removeOldState(join(folder, "none"), 1);
});
