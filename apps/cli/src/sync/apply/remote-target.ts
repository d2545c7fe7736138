import { join } from "node:path";
import { systemCode } from "@consigne/contract/system-reasons";
import { toRemoteName } from "@consigne/contract/remote-names";
import { CliError } from "../../command-line/errors.ts";
import { Attempts } from "./attempts.ts";
import { batchesOf } from "./upload-batches.ts";
import { isSettled, stampOf } from "../trees/file-stamp.ts";
import { giveBytes, healedLinks, settleLinks } from "./healed-links.ts";
import type { LocalIndex } from "../trees/local-index.ts";
import type { LocalNames } from "../trees/local-names.ts";
import type { SyncPlan } from "../plan/plan.ts";
import { promptFiles } from "../trees/prompt-files.ts";
import { RemoteFolders } from "./remote-folders.ts";
import { FOLDER_LOST, LostFolders, removeMisplaced } from "./lost-folders.ts";
import { relocateRemotely } from "./remote-relocation.ts";
import { RemoteRemoval } from "./remote-removal.ts";
import type { FailureKind, RemoteStore, StoredFile } from "../trees/remote-store.ts";
import type { RunRecord } from "./run-record.ts";
import type { Outgoing } from "./small-files.ts";
import { SmallSending } from "./small-sending.ts";
import type { SourceGuard } from "./source-guard.ts";
import { Room } from "./room.ts";
import { nameOf, parentOf } from "../trees/tree.ts";
import type { LocalFile, RemoteFile, TreeFolder } from "../trees/tree.ts";
import { runAll } from "../trees/worker-pool.ts";

export interface UploadContext {
  localRoot: string;
  localNames: LocalNames;
  remote: RemoteStore;
  /** The remote side as it was scanned. */
  scanned: TreeFolder<RemoteFile>;
  /** Makes the root folder, if the scan found that it does not exist. */
  makeRoot(): Promise<number>;
  index: LocalIndex;
  record: RunRecord;
  guard: SourceGuard;
  followsLinks: boolean;
  /** Number of concurrent batches. */
  transfers: number;
  /** Whether to remove surplus files although something failed. */
  ignoresErrors: boolean;
  signal: AbortSignal;
  mayCarry?(sizeBytes: number): boolean;
}

/** How often a batch is halved to isolate a bad file: enough to be left with that file alone. */
const MOST_CUTS = 9;

/**
 * Makes the remote match the plan. A new version is stored before the old one is removed, and nothing else is removed
 * before everything has arrived: however this ends, the remote still has everything it had that is wanted.
 */
export class RemoteTarget {
  readonly #context: UploadContext;
  readonly #attempts: Attempts;
  readonly #folders: RemoteFolders;
  readonly #removal: RemoteRemoval;
  readonly #room = new Room();
  readonly #lost: LostFolders;
  readonly #small: SmallSending;
  /** Files that were sent into folders, by link. */
  readonly #sent = new Map<string, { path: string; sizeBytes: number }>();

  constructor(context: UploadContext) {
    const { remote, scanned, makeRoot, record, index, signal } = context;
    this.#context = context;
    this.#attempts = new Attempts(record, (error) => remote.kindOf(error), signal);
    this.#folders = new RemoteFolders(remote, scanned, makeRoot, record, signal);
    this.#lost = new LostFolders(remote, () => this.#folders.idOf(""));
    this.#small = new SmallSending(context, {
      folders: this.#folders,
      lost: this.#lost,
      attempts: this.#attempts,
      ready: (files) => this.#ready(files),
      leave: (files, error, kind) => this.#leave(files, error, kind),
      keep: (files, stored, readFromMs) => this.#keep(files, stored, { readFromMs, healed: new Set() }),
      onDisk: (path) => this.#onDisk(path),
    });
    this.#removal = new RemoteRemoval(remote, index, record, this.#attempts, signal);
  }

  async apply(plan: SyncPlan<LocalFile, RemoteFile>): Promise<void> {
    const { record, transfers, ignoresErrors, guard } = this.#context;
    const bytes = plan.transfers.reduce((sum, { source }) => sum + source.sizeBytes, 0);
    record.watcher.onTotal?.(plan.transfers.length, bytes);
    const relocation = { ...this.#context, folders: this.#folders, removal: this.#removal, attempts: this.#attempts };
    await relocateRemotely(plan.moves, "move", relocation);
    await relocateRemotely(plan.copies, "copy", relocation);
    await runAll(transfers, batchesOf(plan, this.#context.remote), (batch) =>
      "small" in batch ? this.#small.send(batch.small) : this.#makeAndSend(batch),
    );
    await this.#removal.flush();
    await this.#takeBackMisplaced();
    if (plan.removals.length + plan.removedFolders.length === 0) return;
    if (!record.hasCarriedAll && !ignoresErrors) {
      record.withholdDeletion("not everything could be sent");
      return;
    }
    await guard.check();
    // A file or folder that is replaced by the other kind is only removed after its replacement has arrived, whether
    // errors are ignored or not.
    const removals = plan.removals.filter(({ path }) => record.hasCarried(path));
    const folders = plan.removedFolders.filter((path) => record.hasCarried(path));
    const withheld = plan.removals.length + plan.removedFolders.length - removals.length - folders.length;
    if (withheld > 0) record.withholdDeletion("not everything could be sent");
    await this.#removal.remove(removals);
    await this.#removeFolders(folders);
  }

  async #makeAndSend({ folder, files: wanted }: { folder: string; files: Outgoing[] }): Promise<void> {
    const files = wanted.filter((file) => this.#mayCarry(file));
    if (wanted.length > 0 && files.length === 0) return;
    const [action, paths] =
      files.length === 0 ? (["mkdir", [folder]] as const) : (["upload", files.map(({ path }) => path)] as const);
    const created = await this.#attempts.try(action, paths, () => this.#folders.idOf(folder));
    if (created !== undefined && files.length > 0) await this.#send(created.result, files, MOST_CUTS);
  }

  /** Prepares the files for sending. */
  async #ready(wanted: readonly Outgoing[]): Promise<Outgoing[]> {
    const present = await this.#present(wanted.filter((file) => this.#mayCarry(file)));
    return present.filter((file) => {
      if (!this.#lost.has(parentOf(file.path))) return this.#mayFit(file);
      this.#leave([file], new Error(FOLDER_LOST), "gone");
      return false;
    });
  }

  async #takeBackMisplaced(): Promise<void> {
    const { remote, record, signal } = this.#context;
    const found = await this.#attempts.try("upload", ["."], () =>
      removeMisplaced(remote, new Set(this.#sent.keys()), signal),
    );
    for (const url of found?.result ?? []) {
      const { path = "", sizeBytes = 0 } = this.#sent.get(url) ?? {};
      record.takeBackUpload(path, sizeBytes, new Error(FOLDER_LOST));
    }
  }

  #mayCarry({ path, source: { sizeBytes } }: Outgoing): boolean {
    if (this.#context.mayCarry?.(sizeBytes) !== false) return true;
    this.#context.record.postpone(path, sizeBytes);
    return false;
  }

  async #send(folderId: number, files: readonly Outgoing[], cutsLeft: number): Promise<void> {
    const { remote, index, signal, record } = this.#context;
    const ready = (await this.#present(files)).filter((transfer) => this.#mayFit(transfer));
    if (ready.length === 0) return;
    const folder = parentOf(ready[0]?.path ?? "");
    if (this.#lost.has(folder)) return this.#leave(ready, new Error(FOLDER_LOST), "gone");
    const readFromMs = Date.now();
    let sentBytes = 0;
    const onBytes = (count: number) => {
      sentBytes += count;
      record.watcher.onBytes?.(count);
    };
    const outgoing = ready.map(({ path, source, replaced }) => ({
      localPath: this.#onDisk(path),
      remoteName: toRemoteName(nameOf(path)),
      sizeBytes: source.sizeBytes,
      replaces: replaced.flatMap(({ url, whirlpool }) => (whirlpool === undefined ? [] : [url])),
      isRepair: replaced.some(({ isDamaged }) => isDamaged === true),
    }));
    index.markSuperseded(ready.flatMap(({ replaced }) => replaced.map(({ url }) => url)));
    let stored: StoredFile[];
    try {
      stored = await remote.send(folderId, outgoing, signal, onBytes);
    } catch (error) {
      record.watcher.onBytes?.(-sentBytes);
      const kind = this.#attempts.throwIfHopeless(error, true);
      if (kind === "gone") {
        await this.#lost.add(folder, signal);
        return this.#leave(ready, new Error(FOLDER_LOST, { cause: error }), kind);
      }
      // One file that changed, is unreadable, is refused or does not fit must not stop the rest of its batch.
      const isDivisible = ["local", "refused", "full"].includes(kind) && ready.length > 1 && cutsLeft > 0;
      if (!isDivisible) return this.#leave(ready, error, kind);
      const parts = kind === "full" ? ready.toSorted((a, b) => a.source.sizeBytes - b.source.sizeBytes) : ready;
      const half = Math.ceil(parts.length / 2);
      await this.#send(folderId, parts.slice(0, half), cutsLeft - 1);
      return this.#send(folderId, parts.slice(half), cutsLeft - 1);
    }
    for (const [number, { path, source }] of ready.entries()) {
      const url = stored[number]?.url;
      if (url !== undefined && folderId !== 0) this.#sent.set(url, { path, sizeBytes: source.sizeBytes });
    }
    const healed = await healedLinks(remote, folderId, { sent: ready, stored, signal });
    await this.#keep(ready, stored, { readFromMs, healed });
  }

  #mayFit({ path, source: { sizeBytes } }: Outgoing): boolean {
    if (this.#room.mayHold(sizeBytes)) return true;
    this.#context.record.lackRoom("upload", path, sizeBytes);
    return false;
  }

  #leave(files: readonly Outgoing[], error: unknown, kind: FailureKind): void {
    for (const { path, source } of files) {
      if (kind !== "full") this.#context.record.fail("upload", path, error);
      else {
        this.#room.refused(source.sizeBytes);
        this.#context.record.lackRoom("upload", path, source.sizeBytes);
      }
    }
  }

  /** The files as they are now. Leaves out files that have gone since the scan, or cannot be stored. */
  async #present(files: readonly Outgoing[]): Promise<Outgoing[]> {
    const present: Outgoing[] = [];
    for (const transfer of files) {
      const { path, source } = transfer;
      const looked = await this.#attempts.try("upload", [path], () => this.#look(path));
      if (looked === undefined) continue;
      const found = looked.result;
      if (found === undefined) {
        await this.#context.guard.check();
        this.#context.record.leaveOut(path, "vanished");
        continue;
      }
      if (!found.isFile()) {
        this.#context.record.leaveOut(path, found.isSymbolicLink() ? "symbolic link" : "special file");
        continue;
      }
      source.sizeBytes = Number(found.size);
      source.stamp = stampOf(found);
      if (source.sizeBytes > 0 || this.#context.remote.takesEmptyFiles) present.push(transfer);
      else this.#context.record.leaveOut(path, "empty file");
    }
    return present;
  }

  async #keep(
    files: readonly Outgoing[],
    stored: readonly StoredFile[],
    { readFromMs, healed }: { readFromMs: number; healed: ReadonlySet<string> },
  ): Promise<void> {
    const { record, index } = this.#context;
    const sound: (Outgoing & { arrived: StoredFile })[] = [];
    for (const [number, file] of files.entries()) {
      const { path, source } = file;
      const arrived = stored[number];
      if (arrived === undefined) {
        record.fail("upload", path, new CliError("not-stored", "The server's report does not list the file."));
        continue;
      }
      const now = await this.#look(path).catch(() => undefined);
      if (now === undefined) await this.#context.guard.check();
      if (now === undefined || stampOf(now) !== source.stamp) {
        // Keeps the old version: the bytes that were sent may match neither version.
        record.fail(
          "upload",
          path,
          new CliError("changed", "It changed while it was being sent; the next run sends it again."),
        );
        continue;
      }
      // For uploads in parts, the server computes it later, and the next run does so here.
      if (arrived.whirlpool !== "" && isSettled(source.stamp, readFromMs))
        index.keepWhirlpool(path, source.stamp, arrived.whirlpool);
      // It may be the existing file itself: an earlier run may have completed without an answer.
      const replaced = file.replaced.filter(({ url }) => url !== arrived.url);
      if (replaced.length < file.replaced.length) index.unmarkSuperseded([arrived.url]);
      sound.push({ ...file, replaced, arrived });
    }
    await this.#settle(sound, healed);
  }

  async #settle(sound: readonly (Outgoing & { arrived: StoredFile })[], healed: ReadonlySet<string>): Promise<void> {
    const { remote, record, index, signal } = this.#context;
    const pairs = sound.flatMap(({ path, arrived: { url: by }, replaced: [old] }) =>
      old === undefined || remote.replace === undefined ? [] : [{ path, url: old.url, by }],
    );
    const paths = pairs.map(({ path }) => path);
    // If it is unknown whether that succeeded, nothing is removed: the next run sees what exists.
    const given =
      pairs.length === 0
        ? { result: new Map<string, string>() }
        : await this.#attempts
            .try("upload", paths, () => giveBytes(remote, pairs, signal))
            .catch((error: unknown) => {
              // The run ends here; the sent files stay, beside those that they were meant to replace.
              for (const { path, source, arrived } of sound)
                record.done({ action: "upload", path, sizeBytes: source.sizeBytes, url: arrived.url });
              throw error;
            });
    const unknown = new Set(given === undefined ? paths : []);
    for (const { path, source, replaced, arrived } of sound) {
      if (unknown.has(path)) continue;
      const olds = replaced.map((each) => each.url);
      const { url, leaving } = settleLinks(arrived.url, olds, { healed, given: given?.result ?? new Map() });
      if (leaving.includes(arrived.url)) index.markSuperseded([arrived.url]);
      if (url !== arrived.url) index.unmarkSuperseded([url]);
      record.done({ action: "upload", path, sizeBytes: source.sizeBytes, url });
      await this.#removal.retire(path, leaving);
    }
  }

  #onDisk(path: string): string {
    return join(this.#context.localRoot, this.#context.localNames.diskPath(path));
  }

  async #look(path: string) {
    return promptFiles.look(this.#onDisk(path), this.#context).catch((error: unknown) => {
      if (systemCode(error) === "ENOENT") return undefined;
      throw error;
    });
  }

  async #removeFolders(paths: readonly string[]): Promise<void> {
    const { remote, record, signal } = this.#context;
    for (const path of paths) {
      const removed = await this.#attempts.try("rmdir", [path], async () =>
        remote.removeFolder(await this.#folders.idOf(path), signal),
      );
      if (removed !== undefined) record.done({ action: "rmdir", path });
    }
  }
}
