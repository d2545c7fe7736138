import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { LocalFiles } from "../platform/local-files.ts";
import { nodeFiles } from "../platform/node-files.ts";
import { PartState } from "./part-state.ts";

const identity = { url: "https://1fichier.com/?abcdefghij0123456789", sizeBytes: 10, whirlpool: undefined };

for (const action of ["begin", "removeAll"] as const) {
  test(`a process that ends within ${action} leaves no part without its state`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "consigne-part-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, "a.part"), "bytes");
    await writeFile(join(folder, "a.part.json"), "{}");
    const state = new PartState(endingAfterOneRemoval(), join(folder, "a"), identity);
    await assert.rejects(state[action](), /killed/);
    assert.deepEqual(await readdir(folder), ["a.part.json"]);
  });
}

/** Files of a process that is killed when it has removed one and goes on to the next change. */
function endingAfterOneRemoval(): LocalFiles {
  let isKilled = false;
  const unlessKilled = async (change: () => Promise<void>) => {
    if (isKilled) throw new Error("killed");
    isKilled = true;
    await change();
  };
  return {
    ...nodeFiles,
    remove: (path) => unlessKilled(() => nodeFiles.remove(path)),
    writeText: (path, text) => unlessKilled(() => nodeFiles.writeText(path, text)),
  };
}
