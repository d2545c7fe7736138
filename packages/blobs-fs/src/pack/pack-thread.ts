import { Worker } from "node:worker_threads";
import type { PackAnswer, PackFailure, PackRequest, PackResults, PackSettings } from "./pack-messages.ts";

/** What the thread allocates between two garbage collections: the bytes themselves are outside its heap. */
const YOUNG_MIB = 2;

const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const NOTADB = 26;

/** A failed call of the pack. */
export class PackError extends Error {
  override name = "PackError";
  /** The disk does not return what was written; retrying does not help. */
  readonly isDamaged: boolean;
  /** The operating system's code; undefined if none fits. */
  readonly code: string | undefined;

  constructor({ message, sqlite = 0, errno }: PackFailure) {
    super(message);
    const kind = sqlite & 0xff;
    this.isDamaged = kind === CORRUPT || kind === NOTADB;
    this.code = errno ?? (kind === FULL ? "ENOSPC" : kind === READONLY ? "EROFS" : undefined);
  }
}

/** A thread with a connection to a pack, started by the first request; it processes one after the other. */
export class PackThread {
  readonly #settings: PackSettings;
  #worker: Worker | undefined;
  #asked: PromiseWithResolvers<unknown>[] = [];
  #isClosed = false;

  constructor(settings: PackSettings) {
    this.#settings = settings;
  }

  /** @throws {PackError} */
  async ask<K extends Exclude<PackRequest["kind"], "end">>(
    request: Extract<PackRequest, { kind: K }>,
  ): Promise<PackResults[K]> {
    if (this.#isClosed) throw new PackError({ message: "The pack is closed." });
    const worker = (this.#worker ??= this.#start());
    const asked = Promise.withResolvers<unknown>();
    this.#asked.push(asked);
    // The process stays alive while somebody waits for an answer.
    worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port between threads has no origin
    worker.postMessage(request);
    // The thread answers each kind with its own result: see `pack-worker.ts`.
    return (await asked.promise) as PackResults[K];
  }

  /** Resolves when every request is answered and the file is closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => {
      worker.once("exit", () => resolve());
    });
    worker.ref();
    const request: PackRequest = { kind: "end" };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port between threads has no origin
    worker.postMessage(request);
    await ended;
  }

  #start(): Worker {
    const worker = new Worker(new URL("./pack-worker.ts", import.meta.url), {
      name: this.#settings.mayWrite ? "pack writer" : "pack reader",
      workerData: this.#settings,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    worker.on("message", (answer: PackAnswer) => {
      const asked = this.#asked.shift();
      if (this.#asked.length === 0 && !this.#isClosed) worker.unref();
      if ("result" in answer) asked?.resolve(answer.result);
      else asked?.reject(new PackError(answer.failure));
    });
    let message = "The thread of the pack ended.";
    worker.on("error", (error: unknown) => {
      message = error instanceof Error ? error.message : String(error);
    });
    worker.on("exit", () => {
      this.#worker = undefined;
      for (const asked of this.#asked.splice(0)) asked.reject(new PackError({ message }));
    });
    return worker;
  }
}
