import { toRemoteName } from "@consigne/contract/remote-names";
import type { LocalIndex } from "../trees/local-index.ts";
import type { FailureKind, PlacedFile, RemoteStore, SentFile, StoredFile } from "../trees/remote-store.ts";
import { nameOf, parentOf } from "../trees/tree.ts";
import type { Attempts } from "./attempts.ts";
import { FOLDER_LOST, type LostFolders } from "./lost-folders.ts";
import type { RemoteFolders } from "./remote-folders.ts";
import type { RunRecord } from "./run-record.ts";
import type { Outgoing } from "./small-files.ts";

interface Context {
  remote: Pick<RemoteStore, "sendMany">;
  index: Pick<LocalIndex, "markSuperseded">;
  record: RunRecord;
  signal: AbortSignal;
}

/** Steps shared with the other ways of sending. */
interface Steps {
  folders: RemoteFolders;
  lost: LostFolders;
  attempts: Attempts;
  /** Files that still exist, may be sent and may fit. */
  ready(files: readonly Outgoing[]): Promise<Outgoing[]>;
  leave(files: readonly Outgoing[], error: unknown, kind: FailureKind): void;
  /** Lets stored files replace what they should replace. */
  keep(files: readonly Outgoing[], stored: readonly StoredFile[], readFromMs: number): Promise<void>;
  onDisk(path: string): string;
}

/**
 * Sends small files for many folders in one request, which makes the folders. Each file succeeds or fails on its own.
 */
export class SmallSending {
  readonly #context: Context;
  readonly #steps: Steps;

  constructor(context: Context, steps: Steps) {
    this.#context = context;
    this.#steps = steps;
  }

  async send(wanted: readonly Outgoing[]): Promise<void> {
    const { remote, index, signal, record } = this.#context;
    const ready = await this.#steps.ready(wanted);
    if (ready.length === 0) return;
    const paths = ready.map(({ path }) => path);
    const placed = await this.#steps.attempts.try("upload", paths, () => this.#placesOf(ready));
    if (placed === undefined) return;
    const readFromMs = Date.now();
    let sentBytes = 0;
    const onBytes = (count: number) => {
      sentBytes += count;
      record.watcher.onBytes?.(count);
    };
    index.markSuperseded(ready.flatMap(({ replaced }) => replaced.map(({ url }) => url)));
    const results = (await remote.sendMany?.(placed.result, signal, onBytes)) ?? [];
    const arrived = ready.flatMap(({ source }, at) => (isStored(results[at]) ? [source.sizeBytes] : []));
    // Header lines between files do not count as file bytes, and refused files do not count as transferred.
    record.watcher.onBytes?.(arrived.reduce((sum, size) => sum + size, 0) - sentBytes);
    await this.#settle(ready, results, readFromMs);
  }

  #placesOf(files: readonly Outgoing[]): Promise<PlacedFile[]> {
    return Promise.all(
      files.map(async ({ path, source: { sizeBytes, stamp } }) => {
        const { folderId, names } = await this.#steps.folders.placeOf(parentOf(path));
        const localPath = this.#steps.onDisk(path);
        return { localPath, sizeBytes, stamp, folderId, names: [...names, toRemoteName(nameOf(path))] };
      }),
    );
  }

  /** Stored files first, because a failure may end the run. */
  async #settle(files: readonly Outgoing[], results: readonly SentFile[], readFromMs: number): Promise<void> {
    const { folders, keep } = this.#steps;
    const arrived: Outgoing[] = [];
    const stored: StoredFile[] = [];
    const failed: { file: Outgoing; error: unknown }[] = [];
    for (const [at, file] of files.entries()) {
      const result = results[at];
      if (result === undefined || "error" in result) {
        failed.push({ file, error: result?.error ?? new Error("The server's answer does not list the file.") });
        continue;
      }
      folders.learn(parentOf(file.path), result.file.folderId);
      arrived.push(file);
      stored.push(result.file);
    }
    await keep(arrived, stored, readFromMs);
    await this.#leaveAll(failed);
  }

  async #leaveAll(failed: readonly { file: Outgoing; error: unknown }[]): Promise<void> {
    const { attempts, lost, leave } = this.#steps;
    const kinds = new Map<unknown, FailureKind>();
    for (const { file, error } of failed) {
      // A failure of a request counts for all its files at once.
      const kind = kinds.get(error) ?? attempts.throwIfHopeless(error, true);
      kinds.set(error, kind);
      const isGone = kind === "gone";
      if (isGone) await lost.add(parentOf(file.path), this.#context.signal);
      leave([file], isGone ? new Error(FOLDER_LOST, { cause: error }) : error, kind);
    }
  }
}

const isStored = (result: SentFile | undefined): boolean => result !== undefined && "file" in result;
