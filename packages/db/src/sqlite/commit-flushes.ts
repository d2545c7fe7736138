import { DatabaseError } from "@consigne/core";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SnapshotReader } from "./snapshot-reader.ts";
import { isBusy } from "./sqlite-errors.ts";

const BUSY_PAUSE_MS = 2;

/** What is needed of the log file. */
export type FlushedLog = Pick<FileHandle, "datasync" | "close">;

interface Waiting {
  /** The commit to wait for, counted from 1. */
  commit: number;
  resolve(): void;
  reject(reason: unknown): void;
}

/**
 * Makes the commits of one connection durable: SQLite writes them to its log (`synchronous = normal`), and the log is
 * flushed here, on another thread. Commits during a flush share the next one, because the running one may have begun
 * before they were written. Reads see the rows from before a commit until it is durable.
 *
 * Only the log is opened: closing the database or its index would release the locks of this process, see `prepareFile`.
 */
export class CommitFlushes {
  /** Called before anything else runs when kept reads may find other rows from now on. */
  onMoved: (() => void) | undefined;
  readonly #path: string;
  readonly #reader: SnapshotReader;
  readonly #openLog: (path: string) => Promise<FlushedLog>;
  #log: Promise<FlushedLog> | undefined;
  #committed = 0;
  #flushed = 0;
  /** The last commit after which kept reads may find other rows. */
  #moving = 0;
  #waiting: Waiting[] = [];
  #run: Promise<void> | undefined;
  /** A system reports a failed flush once, and what it lost of the log stays lost: nothing is written after one. */
  #failure: DatabaseError | undefined;

  /** @param path path of the database */
  constructor(path: string, reader: SnapshotReader, open: (path: string) => Promise<FlushedLog> = openLog) {
    this.#path = path;
    this.#reader = reader;
    this.#openLog = open;
  }

  /** Call before each statement that may commit. @throws {DatabaseError} after a failed flush; what SQLite throws */
  committing(): void {
    if (this.#failure !== undefined) throw this.#refusal(this.#failure);
    this.#reader.pin();
  }

  /**
   * Call after each of them.
   * @param isChanged false only if it certainly changed nothing
   * @param isMoving false only if no kept read can find other rows
   */
  committed(isChanged: boolean, isMoving = isChanged): void {
    if (isChanged) this.#committed++;
    if (isMoving) this.#moving = this.#committed;
    if (this.#failure !== undefined) return;
    if (this.#committed === this.#flushed) this.#reader.unpin();
    else this.#run ??= this.#flushAll();
  }

  /** A flush is still outstanding, and reads see the rows from before the commits that it is for. */
  get isWaiting(): boolean {
    return this.#failure === undefined && this.#flushed !== this.#committed;
  }

  /** Number of commits so far. */
  get commits(): number {
    return this.#committed;
  }

  /**
   * Resolves when everything committed so far is durable.
   * @param commitsBefore the number of commits when the caller started: if there are no more, it changed nothing
   * @throws {DatabaseError} if that is not certain
   */
  async settled(commitsBefore: number): Promise<void> {
    if (this.#flushed === this.#committed) return;
    if (this.#failure !== undefined)
      throw commitsBefore === this.#committed ? this.#refusal(this.#failure) : this.#failure;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ commit: this.#committed, resolve, reject });
    await promise;
  }

  /** Call after the last commit. Never rejects. */
  async close(): Promise<void> {
    await this.#run;
    await this.#log?.then((log) => log.close()).catch(() => undefined);
  }

  /** Never rejects: waiting callers get the error. */
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

  /**
   * Unlike those whose flush failed, later commits certainly changed nothing, and what was durable can still be read.
   */
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
        // Another process that closes the database locks all of it for a moment.
        if (!isBusy(error)) throw error;
        await sleep(BUSY_PAUSE_MS);
      }
    }
  }
}

/** Also makes its directory entry durable: whoever created the file may not have flushed that. */
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
