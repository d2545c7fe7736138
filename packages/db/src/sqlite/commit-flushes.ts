import { DatabaseError } from "@consigne/core";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SnapshotReader } from "./snapshot-reader.ts";
import { isBusy } from "./sqlite-errors.ts";

const BUSY_PAUSE_MS = 2;

/** What is needed of the file of the log. */
export type FlushedLog = Pick<FileHandle, "datasync" | "close">;

interface Waiting {
  /** The commit it waits for, counted from 1. */
  commit: number;
  resolve(): void;
  reject(reason: unknown): void;
}

/**
 * Makes the commits of one connection durable: SQLite writes them to its log (`synchronous = normal`), and the log is
 * flushed here, on another thread. Commits that come while a flush runs share the one after it: the running one may have
 * begun before they were written. Reads stay at the rows from before a commit until that is durable.
 *
 * Only the log is opened: closing the database or its index would drop the locks of this process, see `prepareFile`.
 */
export class CommitFlushes {
  /** Told before anything else runs that reads which are kept may find other rows from now on. */
  onMoved: (() => void) | undefined;
  readonly #path: string;
  readonly #reader: SnapshotReader;
  readonly #openLog: (path: string) => Promise<FlushedLog>;
  #log: Promise<FlushedLog> | undefined;
  #committed = 0;
  #flushed = 0;
  /** The last commit after which reads that are kept may find other rows. */
  #moving = 0;
  #waiting: Waiting[] = [];
  #run: Promise<void> | undefined;
  /** A system tells of a failed flush once, and what it lost of the log stays lost: nothing is written after one. */
  #failure: DatabaseError | undefined;

  /** @param path of the database */
  constructor(path: string, reader: SnapshotReader, open: (path: string) => Promise<FlushedLog> = openLog) {
    this.#path = path;
    this.#reader = reader;
    this.#openLog = open;
  }

  /** Before each statement that may commit. @throws {DatabaseError} after a failed flush; what SQLite throws */
  committing(): void {
    if (this.#failure !== undefined) throw this.#refusal(this.#failure);
    this.#reader.pin();
  }

  /**
   * After each of them.
   * @param isChanged unless it is certain that it changed nothing
   * @param isMoving unless it is certain that no read which is kept finds other rows
   */
  committed(isChanged: boolean, isMoving = isChanged): void {
    if (isChanged) this.#committed++;
    if (isMoving) this.#moving = this.#committed;
    if (this.#failure !== undefined) return;
    if (this.#committed === this.#flushed) this.#reader.unpin();
    else this.#run ??= this.#flushAll();
  }

  /** A flush is still to come, and reads are where they were before the commits that it is for. */
  get isWaiting(): boolean {
    return this.#failure === undefined && this.#flushed !== this.#committed;
  }

  /** How many there were so far. */
  get commits(): number {
    return this.#committed;
  }

  /**
   * Resolves when what was committed so far is durable.
   * @param commitsBefore how many there were when the caller came: where there are no more, it changed nothing
   * @throws {DatabaseError} when that is not certain
   */
  async settled(commitsBefore: number): Promise<void> {
    if (this.#flushed === this.#committed) return;
    if (this.#failure !== undefined)
      throw commitsBefore === this.#committed ? this.#refusal(this.#failure) : this.#failure;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ commit: this.#committed, resolve, reject });
    await promise;
  }

  /** After the last commit. Never rejects. */
  async close(): Promise<void> {
    await this.#run;
    await this.#log?.then((log) => log.close()).catch(() => undefined);
  }

  /** Never rejects: whoever waits is told. */
  async #flushAll(): Promise<void> {
    try {
      while (this.#flushed < this.#committed) await this.#flush();
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.#failure = new DatabaseError(
        "unavailable",
        `The log of the database ${this.#path} could not be flushed to its disk (${detail}). What was changed last may be lost, and nothing more is changed. Check the disk, then start the server again.`,
        { cause: error },
      );
      for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
    } finally {
      this.#run = undefined;
    }
  }

  /** Unlike those whose flush failed, what comes later certainly changed nothing, and what was durable can still be read. */
  #refusal(failure: DatabaseError): DatabaseError {
    const text = `${failure.message} This change was not made.`;
    return new DatabaseError("read-only", text, { cause: failure });
  }

  async #flush(): Promise<void> {
    await this.#pinNext();
    const commit = this.#committed;
    this.#log ??= this.#openLog(this.#path);
    const log = await this.#log;
    await log.datasync();
    const isMoved = this.#moving > this.#flushed;
    this.#flushed = commit;
    this.#reader.moveOn();
    if (commit === this.#committed) this.#reader.unpin();
    if (isMoved) this.onMoved?.();
    const count = this.#waiting.findIndex((waiting) => waiting.commit > commit);
    const ready = this.#waiting.splice(0, count === -1 ? this.#waiting.length : count);
    for (const { resolve } of ready) resolve();
  }

  async #pinNext(): Promise<void> {
    for (;;) {
      try {
        return this.#reader.pinNext();
      } catch (error) {
        // Another process that closes the database holds all of it for a moment.
        if (!isBusy(error)) throw error;
        await sleep(BUSY_PAUSE_MS);
      }
    }
  }
}

/** Its name in the folder is made durable too: whoever made the file may not have written to it. */
async function openLog(path: string): Promise<FlushedLog> {
  const log = await open(`${path}-wal`, "r+");
  if (process.platform === "win32") return log;
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return log;
}
