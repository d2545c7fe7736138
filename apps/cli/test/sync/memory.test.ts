import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { takesEverything } from "../../src/sync/trees/filter-rules.ts";
import { LocalIndex } from "../../src/sync/trees/local-index.ts";
import { scanLocal } from "../../src/sync/trees/local-scan.ts";
import { joinPath, walkFiles } from "../../src/sync/trees/tree.ts";
import { times } from "../_proof.ts";
import { quickHasher } from "./_memory-remote.ts";

const folders = times({ sample: 15, full: 50 });
const filesPerFolder = 2000;
const content = "content";
const child = fileURLToPath(new URL("./_memory-child.ts", import.meta.url));
const lacksProc = existsSync("/proc/self/status") ? false : "only Linux tells a program's peak";
const mostMib = times({ sample: 115, full: 150 });

test(
  `a tree of ${(folders * filesPerFolder).toLocaleString("en")} files is synced in little memory, first and later runs alike`,
  { skip: lacksProc },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "consigne-memory-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const root = join(folder, "tree");
    makeTree(root);
    const indexFile = join(folder, "index.sqlite");
    await fillIndex(root, indexFile);
    const sync = (scenario: string, index: string) => {
      const args = [child, root, index, content, scenario, folders, filesPerFolder].map(String);
      // Like the program itself, so that translating TypeScript is not measured.
      const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, "compiled") };
      const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", env });
      assert.match(stdout, /^\{/, stderr);
      return JSON.parse(stdout) as { unchangedFiles: number; uploaded: number; peakMib: number };
    };
    sync("missing", join(folder, "unused.sqlite"));
    for (const [scenario, index, expected] of [
      ["unchanged", indexFile, { unchangedFiles: folders * filesPerFolder, uploaded: 0 }],
      ["first", join(folder, "other.sqlite"), { unchangedFiles: 0, uploaded: folders * filesPerFolder }],
    ] as const) {
      const { peakMib, ...counts } = sync(scenario, index);
      assert.deepEqual(counts, expected);
      t.diagnostic(`${scenario}: ${peakMib.toFixed(0)} MiB`);
      assert.ok(peakMib < mostMib, `${scenario}: ${peakMib} MiB`);
    }
  },
);

/** Links instead of files: as many names, a fraction of the time. */
function makeTree(root: string): void {
  for (let number = 0; number < folders; number += 1) {
    const folder = join(root, `folder ${number}`);
    mkdirSync(folder, { recursive: true });
    const first = join(folder, "a file name of usual length 0.jpg");
    writeFileSync(first, content);
    for (let file = 1; file < filesPerFolder; file += 1) {
      linkSync(first, join(folder, `a file name of usual length ${file}.jpg`));
    }
  }
}

async function fillIndex(root: string, indexFile: string): Promise<void> {
  const hash = quickHasher.start();
  await hash.update(Buffer.from(content));
  const whirlpool = await hash.digest();
  using index = LocalIndex.open(indexFile);
  for (const { folder, name, file } of walkFiles(await scanLocal(root, { filter: takesEverything }))) {
    index.keepWhirlpool(joinPath(folder, name), file.stamp, whirlpool);
  }
}
