import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { CheckpointRequest, CheckpointSettings } from "./checkpoint-messages.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** From a commit to the look at the log: the commits in between share it. */
const LOOK_AFTER_MS = 20;
/** Pages worth copying, about 4 MiB: SQLite's own default. */
const FEWEST_PAGES = 1000;
/** A log with more is copied to its end before it grows on, about 16 MiB. */
const MOST_PAGES = 4000;
/** What the thread allocates between two collections: it handles a message now and then. */
const YOUNG_MIB = 2;
/** By one transaction, so that a reader who keeps part of the log from being copied does not keep it from beginning. */
const COPIES_AWAITED = 2;

interface LogState {
  /** Pages in the log, and how many of them are in the database by now. */
  log: number;
  checkpointed: number;
}

const NO_LOG: LogState = { log: 0, checkpointed: 0 };

/**
 * Keeps the disk work for the log of the database (WAL) off the event loop. By default, SQLite copies the log into the
 * database (a checkpoint) within a commit: after a thousand new files tens of MiB with two flushes, for which everybody
 * would wait. Here a thread does it, started when the log is first long enough. If it cannot keep up or fails, a commit
 * does it as usual; see `openWriter`.
 */
export class LogKeeper {
  readonly #path: string;
  readonly #writer: SqliteConnection;
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Runs while the thread copies; resolves even when that fails. */
  #copying: Promise<void> | undefined;
  #onCopied: (() => void) | undefined;
  /** What waited for its flush when the copying began was kept from it by the reads. */
  #isPartial = false;
  #pages = 0;
  /** Closed, or the thread failed. */
  #isOver = false;

  /** @param writer tells how long the log is, between its transactions */
  constructor(path: string, writer: SqliteConnection) {
    this.#path = path;
    this.#writer = writer;
  }

  /** After every commit of this process. */
  committed(): void {
    if (this.#timer !== undefined || this.#isOver) return;
    this.#timer = setTimeout(() => this.#lookNow(), LOOK_AFTER_MS);
    this.#timer.unref();
  }

  /**
   * Before a transaction: SQLite begins the log anew once all of it is copied and nobody goes on reading or writing it. A
   * copy under way leaves what was committed after it had begun, so another one may have to follow. Reads keep what waits
   * for its flush from being copied, so that is waited for first.
   */
  async waitForRoom(): Promise<void> {
    if (this.#copying === undefined && this.#timer !== undefined) this.#lookNow();
    for (let copies = 0; copies < COPIES_AWAITED; copies++) {
      if (this.#pages <= MOST_PAGES || this.#copying === undefined) return;
      await Promise.all([this.#copying, this.#writer.settled()]);
      this.#lookNow();
    }
  }

  /** Before the last connection is closed, which copies what is left. */
  async close(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    if (worker === undefined) return;
    // Also where it fails on the way.
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
      // Of a long log the last page matters: it begins anew only once that is copied as well.
      return log - checkpointed >= (log > MOST_PAGES ? 1 : FEWEST_PAGES);
    } catch {
      // In the middle of a transaction, after which there is another look. A damaged database says so to those who read it.
      return false;
    }
  }

  #start(): Worker {
    // A database that was removed is not made anew.
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
    // Without a listener it would end the process.
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
