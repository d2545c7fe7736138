import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { CheckpointRequest, CheckpointSettings } from "./checkpoint-messages.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** Delay from a commit until the log is checked: commits in between share the check. */
const LOOK_AFTER_MS = 20;
/** Pages worth copying, about 4 MiB: SQLite's own default. */
const FEWEST_PAGES = 1000;
/** A log with more pages is copied completely before it grows further, about 16 MiB. */
const MOST_PAGES = 4000;
/** What the thread allocates between two garbage collections: it handles a message now and then. */
const YOUNG_MIB = 2;
/** Per transaction, so that a reader that blocks part of the log from being copied does not block the transaction. */
const COPIES_AWAITED = 2;

interface LogState {
  /** Pages in the log, and how many of them have been copied to the database. */
  log: number;
  checkpointed: number;
}

const NO_LOG: LogState = { log: 0, checkpointed: 0 };

/**
 * Keeps the disk work for the database's log (WAL) off the event loop. By default, SQLite copies the log into the
 * database (a checkpoint) within a commit: after a thousand new files that is tens of MiB and two flushes, for which
 * everybody would wait. Here a thread does it, started when the log is first long enough. If it cannot keep up or
 * fails, a commit does it as usual; see `openWriter`.
 */
export class LogKeeper {
  readonly #path: string;
  readonly #writer: SqliteConnection;
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Running while the thread copies; resolves even if that fails. */
  #copying: Promise<void> | undefined;
  #onCopied: (() => void) | undefined;
  /** When the copy began, reads kept it from including commits that were waiting for their flush. */
  #isPartial = false;
  #pages = 0;
  /** Closed, or the thread failed. */
  #isOver = false;

  /** @param writer used to find the log's length, between its transactions */
  constructor(path: string, writer: SqliteConnection) {
    this.#path = path;
    this.#writer = writer;
  }

  /** Call after every commit of this process. */
  committed(): void {
    if (this.#timer !== undefined || this.#isOver) return;
    this.#timer = setTimeout(() => this.#lookNow(), LOOK_AFTER_MS);
    this.#timer.unref();
  }

  /**
   * Call before a transaction: SQLite restarts the log once all of it is copied and nobody is reading or writing it. A
   * running copy leaves out what was committed after it began, so another one may have to follow. Reads keep commits
   * that wait for their flush from being copied, so the flush is awaited first.
   */
  async waitForRoom(): Promise<void> {
    if (this.#copying === undefined && this.#timer !== undefined) this.#lookNow();
    for (let copies = 0; copies < COPIES_AWAITED; copies++) {
      if (this.#pages <= MOST_PAGES || this.#copying === undefined) return;
      await Promise.all([this.#copying, this.#writer.settled()]);
      this.#lookNow();
    }
  }

  /** Call before the last connection is closed, which copies the rest. */
  async close(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    if (worker === undefined) return;
    // Also if it fails.
    const ended = new Promise<void>((resolve) => {
      worker.once("exit", () => resolve());
    });
    worker.ref();
    send(worker, "end");
    await ended;
  }

  #lookNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#look();
  }

  #look(): void {
    if (this.#isOver) return;
    if (this.#copying !== undefined) return this.committed();
    if (!this.#isWorthCopying()) return;
    this.#worker ??= this.#start();
    this.#isPartial = this.#writer.isWaiting;
    const copying = Promise.withResolvers<void>();
    this.#copying = copying.promise;
    this.#onCopied = copying.resolve;
    send(this.#worker, "copy");
  }

  #isWorthCopying(): boolean {
    try {
      const { log, checkpointed } = this.#writer.readNow<LogState>("pragma wal_checkpoint(noop)") ?? NO_LOG;
      this.#pages = log;
      // For a long log the last page matters: it restarts only once that is copied as well.
      return log - checkpointed >= (log > MOST_PAGES ? 1 : FEWEST_PAGES);
    } catch {
      // In the middle of a transaction; there is another check after it. A damaged database is reported to those who
      // read it.
      return false;
    }
  }

  #start(): Worker {
    // A database that was removed is not recreated.
    const url = pathToFileURL(this.#path);
    url.searchParams.set("mode", "rw");
    const settings: CheckpointSettings = { url: url.href };
    const worker = new Worker(new URL("./checkpoint-worker.ts", import.meta.url), {
      name: "checkpoints",
      workerData: settings,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    worker.unref();
    worker.on("message", () => this.#settle());
    // Without a listener, an error would end the process.
    worker.on("error", () => {});
    worker.on("exit", () => {
      this.#isOver = true;
      this.#worker = undefined;
      this.#settle();
    });
    return worker;
  }

  #settle(): void {
    this.#copying = undefined;
    this.#onCopied?.();
    if (this.#isPartial) this.committed();
    this.#isPartial = false;
  }
}

function send(worker: Worker, request: CheckpointRequest): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port between threads has no origin
  worker.postMessage(request);
}
