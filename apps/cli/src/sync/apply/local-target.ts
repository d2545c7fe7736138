import { constants } from "node:fs";
import { copyFile, lstat, mkdir, realpath, rename, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "@consigne/contract/system-reasons";
import { makeLocalFolder } from "../../command-line/local-folders.ts";
import { Attempts } from "./attempts.ts";
import { stampOf } from "../trees/file-stamp.ts";
import type { LocalNames } from "../trees/local-names.ts";
import type { Relocation, Removal, SyncPlan, Transfer } from "../plan/plan.ts";
import type { RemoteStore } from "../trees/remote-store.ts";
import type { RunRecord } from "./run-record.ts";
import type { SourceGuard } from "./source-guard.ts";
import { nameOf, parentOf } from "../trees/tree.ts";
import type { LocalFile, RemoteFile } from "../trees/tree.ts";
import { ReservedNames } from "./reserved-names.ts";
import { Asides, exists } from "./set-aside.ts";
import { runWhereRoomIs } from "./room.ts";
import { unpackWhirlpool } from "../trees/whirlpool.ts";

export interface DownloadContext {
  localRoot: string;
  localNames: LocalNames;
  remote: RemoteStore;
  record: RunRecord;
  guard: SourceGuard;
  /** Number of concurrent transfers. */
  transfers: number;
  ignoresErrors: boolean;
  signal: AbortSignal;
  mayCarry?(sizeBytes: number): boolean;
}

type Incoming = Transfer<RemoteFile, LocalFile>;

/**
 * Makes a local folder match the plan. Every file appears under its name complete and verified or not at all; nothing
 * is written or removed through a symbolic link; what changed since the scan is left alone.
 */
export class LocalTarget {
  readonly #context: DownloadContext;
  readonly #attempts: Attempts;
  /** Real path of the root, once it exists. */
  #realRoot = "";
  readonly #checkedFolders = new Map<string, Promise<void>>();
  readonly #reserved = new ReservedNames();

  constructor(context: DownloadContext) {
    this.#context = context;
    this.#attempts = new Attempts(context.record, (error) => context.remote.kindOf(error), context.signal);
  }

  async apply(plan: SyncPlan<RemoteFile, LocalFile>): Promise<void> {
    const { record, localRoot, guard } = this.#context;
    const bytes = plan.transfers.reduce((sum, { source }) => sum + source.sizeBytes, 0);
    record.watcher.onTotal?.(plan.transfers.length, bytes);
    for (const list of [plan.copies, plan.moves, plan.transfers]) {
      for (const { path } of list) this.#reserved.add(parentOf(path), nameOf(path));
    }
    makeLocalFolder(localRoot);
    this.#realRoot = await realpath(localRoot);
    const asides = new Asides(plan, {
      ...this.#context,
      attempts: this.#attempts,
      onDisk: (path) => this.#onDisk(path),
      pathFor: (path, scanned) => this.#pathFor(path, scanned),
    });
    try {
      if (asides.isNeeded) await guard.check();
      await asides.make();
      for (const folder of plan.obstacleFolders) this.#checkedFolders.delete(folder);
      await this.#carry(plan);
      await asides.settle();
      await this.#removeLeftOver(plan);
    } finally {
      await asides.leave();
    }
  }

  async #carry(plan: SyncPlan<RemoteFile, LocalFile>): Promise<void> {
    const { record, transfers } = this.#context;
    for (const path of plan.folders) await this.#makeFolder(path);
    for (const move of plan.moves) await this.#relocate(move, "move");
    for (const copy of plan.copies) await this.#relocate(copy, "copy");
    const sizeOf = ({ source }: Incoming) => source.sizeBytes;
    const left = await runWhereRoomIs(plan.transfers, sizeOf, transfers, (transfer) => this.#receive(transfer));
    for (const transfer of left) record.lackRoom("download", transfer.path, sizeOf(transfer));
  }

  async #removeLeftOver(plan: SyncPlan<RemoteFile, LocalFile>): Promise<void> {
    const { record, guard, ignoresErrors } = this.#context;
    if (plan.removals.length + plan.removedFolders.length === 0) return;
    if (!record.hasCarriedAll && !ignoresErrors) {
      record.withholdDeletion("not everything could be fetched");
      return;
    }
    await guard.check();
    await this.#remove(plan.removals);
    await this.#removeFolders(plan.removedFolders);
  }

  /** False if there was no space for it; every other outcome is recorded. */
  async #receive({ path, source, replaced }: Incoming): Promise<boolean> {
    const { remote, signal, record, mayCarry } = this.#context;
    if (mayCarry?.(source.sizeBytes) === false) {
      record.postpone(path, source.sizeBytes);
      return true;
    }
    let received = 0;
    const onBytes = (count: number) => {
      received += count;
      record.watcher.onBytes?.(count);
    };
    let isFull = false;
    const onFull = () => void (isFull = true);
    const receive = async () => {
      const scanned = replaced[0] ?? "nothing";
      const localPath = await this.#pathFor(path, scanned);
      const { url, sizeBytes, whirlpool } = source;
      const digits = whirlpool === undefined ? undefined : unpackWhirlpool(whirlpool);
      const naming = {
        mayReplace: scanned !== "nothing",
        beforeNaming: async () => {
          await this.#checkFolder(parentOf(path));
          await this.#pathFor(path, scanned);
        },
        isReserved: (name: string) => this.#reserved.has(parentOf(path), name),
      };
      await remote.receive({ url, sizeBytes, whirlpool: digits, localPath, ...naming, onBytes }, signal);
    };
    const done = await this.#attempts.try("download", [path], receive, onFull);
    if (done === undefined) record.watcher.onBytes?.(-received);
    else record.done({ action: "download", path, sizeBytes: source.sizeBytes, url: source.url });
    return !isFull;
  }

  async #makeFolder(path: string): Promise<void> {
    const created = await this.#attempts.try("mkdir", [path], async () => mkdir(await this.#pathFor(path)));
    if (created !== undefined) this.#context.record.done({ action: "mkdir", path });
  }

  async #relocate(wanted: Relocation<RemoteFile, LocalFile>, action: "move" | "copy"): Promise<void> {
    const { path, fromPath, file, replaced } = wanted;
    const done = await this.#attempts.try(action, [path], async () => {
      const from = await this.#pathFor(fromPath, file);
      const to = await this.#pathFor(path, replaced[0] ?? "nothing");
      if (action === "move") return rename(from, to);
      // Loaded on demand: the engine itself does not need the library.
      const { openDraft } = await import("@consigne/sdk");
      const isReserved = (name: string) => this.#reserved.has(parentOf(path), name);
      const draft = await openDraft(to, { sizeBytes: file.sizeBytes, isReserved });
      try {
        await copyFile(from, draft.path, constants.COPYFILE_FICLONE);
        await this.#pathFor(fromPath, file);
        await this.#pathFor(path, replaced[0] ?? "nothing");
        await draft.nameIt({ mayReplace: replaced.length > 0 });
      } finally {
        await draft.close();
      }
    });
    if (done !== undefined) this.#context.record.done({ action, path, fromPath, sizeBytes: file.sizeBytes });
  }

  async #remove(removals: readonly Removal<LocalFile>[]): Promise<void> {
    for (const { path, file } of removals) {
      // If it is gone already, that is fine: for example a partial download that has got its final name meanwhile.
      if (!(await exists(this.#onDisk(path)))) continue;
      const removed = await this.#attempts.try("delete", [path], async () => unlink(await this.#pathFor(path, file)));
      if (removed !== undefined) this.#context.record.done({ action: "delete", path, sizeBytes: file.sizeBytes });
    }
  }

  async #removeFolders(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const removed = await this.#attempts.try("rmdir", [path], async () => rmdir(await this.#pathFor(path)));
      if (removed !== undefined) this.#context.record.done({ action: "rmdir", path });
    }
  }

  /**
   * The path on disk, once it is certain to be inside the target folder. `scanned` is the file that existed when the
   * plan was made: a different one must not be replaced or removed.
   */
  async #pathFor(path: string, scanned?: LocalFile | "nothing"): Promise<string> {
    const folder = parentOf(path);
    const checking = this.#checkedFolders.get(folder) ?? this.#checkFolder(folder);
    this.#checkedFolders.set(folder, checking);
    await checking;
    const onDisk = this.#onDisk(path);
    if (scanned === undefined) return onDisk;
    const now = await lstat(onDisk, { bigint: true }).catch((error: unknown) => {
      if (systemCode(error) === "ENOENT") return undefined;
      throw error;
    });
    if ((scanned === "nothing" ? undefined : scanned.stamp) !== (now && stampOf(now))) {
      throw new Error("It was changed locally during the run and was not replaced; the next run compares it again.");
    }
    return onDisk;
  }

  #onDisk(path: string): string {
    return join(this.#realRoot, this.#context.localNames.diskPath(path));
  }

  async #checkFolder(folder: string): Promise<void> {
    const expected = this.#onDisk(folder);
    if ((await realpath(expected)) !== expected) throw new Error("A symbolic link is in the way.");
  }
}
