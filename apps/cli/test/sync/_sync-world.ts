import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { takesEverything } from "../../src/sync/trees/filter-rules.ts";
import { LocalIndex } from "../../src/sync/trees/local-index.ts";
import { LocalNames } from "../../src/sync/trees/local-names.ts";
import type { RunRecord } from "../../src/sync/apply/run-record.ts";
import { runSync } from "../../src/sync/session/sync-run.ts";
import type { SyncRequest } from "../../src/sync/session/sync-run.ts";
import { MemoryRemote, quickHasher } from "./_memory-remote.ts";

/** A local folder, a remote in memory and an index that is kept between runs. */
export class SyncWorld {
  readonly folder: string;
  readonly remote = new MemoryRemote();

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(t: TestContext, files: Readonly<Record<string, string>> = {}): Promise<SyncWorld> {
    const world = new SyncWorld(await mkdtemp(join(tmpdir(), "consigne-sync-")));
    t.after(() => rm(world.folder, { recursive: true, force: true }));
    await mkdir(world.root);
    for (const [path, content] of Object.entries(files)) await world.write(path, content);
    return world;
  }

  get root(): string {
    return join(this.folder, "tree");
  }

  async write(path: string, content: string): Promise<void> {
    const onDisk = join(this.root, path);
    await mkdir(dirname(onDisk), { recursive: true });
    await writeFile(onDisk, content);
    // Everything on disk is old according to its own time.
    await utimes(onDisk, 1_000_000, 1_000_000);
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.root, path), { recursive: true });
  }

  /** `path=content`, sorted; folders end with `/`. */
  async paths(): Promise<string[]> {
    const entries = await readdir(this.root, { recursive: true, withFileTypes: true });
    const lines = entries.map(async (entry) => {
      const onDisk = join(entry.parentPath, entry.name);
      const path = onDisk.slice(this.root.length + 1);
      return entry.isDirectory() ? `${path}/` : `${path}=${await readFile(onDisk, "utf8")}`;
    });
    return (await Promise.all(lines)).toSorted();
  }

  async sync(direction: "up" | "down", changes: Partial<SyncRequest> = {}): Promise<RunRecord> {
    using index = LocalIndex.open(join(this.folder, "index.sqlite"));
    return await runSync({
      direction,
      localRoot: this.root,
      localNames: new LocalNames(),
      remoteName: ":/backup",
      remoteRootId: 0,
      makeRemoteRoot: async () => 0,
      remote: this.remote,
      index,
      hasher: quickHasher,
      filter: takesEverything,
      method: "index",
      deletes: false,
      maxDelete: undefined,
      allowsEmptySource: false,
      ignoresErrors: false,
      followsLinks: false,
      isDryRun: false,
      transfers: 3,
      signal: new AbortController().signal,
      ...changes,
    });
  }
}
