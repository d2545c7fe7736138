import { readFileSync } from "node:fs";
import { LocalNames } from "../../src/sync/trees/local-names.ts";
import { takesEverything } from "../../src/sync/trees/filter-rules.ts";
import { LocalIndex } from "../../src/sync/trees/local-index.ts";
import type { RemoteListing } from "../../src/sync/trees/remote-store.ts";
import { keepHeapSmall } from "../../src/sync/session/small-heap.ts";
import { runSync } from "../../src/sync/session/sync-run.ts";
import { MemoryRemote, quickHasher } from "./_memory-remote.ts";

/** Syncs a big tree with a remote that takes no memory itself, and prints the peak memory of this process. */
const [root = "", indexFile = "", content = "", scenario = "", folders = "0", filesPerFolder = "0"] =
  process.argv.slice(2);

class GeneratedRemote extends MemoryRemote {
  override async list(folderId: number): Promise<RemoteListing> {
    const names = (count: string, prefix: string) => Array.from({ length: Number(count) }, (_, n) => `${prefix}${n}`);
    const listing: RemoteListing =
      folderId === 0
        ? { isCut: false, files: [], folders: names(folders, "folder ").map((name, at) => ({ id: at + 1, name })) }
        : {
            isCut: false,
            folders: [],
            files: names(filesPerFolder, "a file name of usual length ").map((name, at) => ({
              url: `https://1fichier.com/?${folderId}x${at}`.padEnd(42, "z"),
              name: `${name}.jpg`,
              sizeBytes: content.length,
              whirlpool: quickHash,
              isDamaged: false,
              uploadedAtMs: 1_000_000_000_000 + at,
            })),
          };
    // Like a real answer: every string is a new one.
    return JSON.parse(JSON.stringify(listing)) as RemoteListing;
  }

  override send(_folderId: number, files: readonly { remoteName: string }[]) {
    return Promise.resolve(
      files.map(({ remoteName }) => ({ url: `https://host/?${remoteName}`, whirlpool: quickHash })),
    );
  }
}

const hash = quickHasher.start();
await hash.update(Buffer.from(content));
const quickHash = await hash.digest();
keepHeapSmall();
if (scenario === "missing") {
  process.stdout.write("{}");
  process.exit();
}
using index = LocalIndex.open(indexFile);
const record = await runSync({
  direction: "up",
  localRoot: root,
  localNames: new LocalNames(),
  remoteName: ":/backup",
  remoteRootId: scenario === "first" ? undefined : 0,
  makeRemoteRoot: async () => 0,
  remote: new GeneratedRemote(),
  index,
  hasher: quickHasher,
  filter: takesEverything,
  method: "index",
  deletes: true,
  maxDelete: undefined,
  allowsEmptySource: false,
  ignoresErrors: false,
  followsLinks: false,
  isDryRun: false,
  transfers: 3,
  signal: new AbortController().signal,
});
const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
const { unchangedFiles, counts } = record;
process.stdout.write(JSON.stringify({ unchangedFiles, uploaded: counts.upload, peakMib: Number(kibibytes) / 1024 }));
