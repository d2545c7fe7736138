import { Worker } from "node:worker_threads";
import type { HashAlgorithm } from "@consigne/core";
import type { ByteRing } from "./byte-ring.ts";
import { ContentHashError } from "./content-hash-error.ts";
import { BELL_BYTES, LETTERS, RINGS } from "./worker-messages.ts";
import type { WorkerAnswer, WorkerRequest, WorkerSettings } from "./worker-messages.ts";

/**
 * What a thread allocates between two garbage collections: it only handles messages, and would let this grow to 48 by
 * default.
 */
const YOUNG_MIB = 2;

/** Called with the results of one stream in a worker. */
export interface StreamListener {
  onRoom(): void;
  onDigest(digest: string): void;
  onFailure(error: ContentHashError): void;
}

interface Stream {
  ring: ByteRing;
  /** Missing once the stream was abandoned and only the worker's confirmation is awaited. */
  listener?: StreamListener;
}

/** The main thread's end of one worker thread. Only keeps the process alive while a stream runs. */
export class HashWorker {
  readonly #worker: Worker;
  readonly #bell = new Int32Array(new SharedArrayBuffer(BELL_BYTES));
  readonly #streams = new Map<number, Stream>();
  readonly #onRingFree: (ring: ByteRing) => void;
  #running = 0;
  #lastId = 0;
  #cause: unknown;

  constructor(onRingFree: (ring: ByteRing) => void, onDead: (worker: HashWorker) => void) {
    this.#onRingFree = onRingFree;
    const settings: WorkerSettings = { bell: this.#bell.buffer };
    // Without the parent's arguments: those of a test runner or of --eval make no sense in the worker.
    this.#worker = new Worker(new URL("./whirlpool-worker.ts", import.meta.url), {
      name: "whirlpool",
      workerData: settings,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    this.#worker.unref();
    this.#worker.on("message", (answer: WorkerAnswer) => this.#receive(answer));
    this.#worker.on("error", (error: unknown) => {
      this.#cause = error;
    });
    this.#worker.on("exit", () => {
      onDead(this);
      this.fail(new ContentHashError("worker-died", "The hashing worker died.", { cause: this.#cause }));
    });
  }

  get runningCount(): number {
    return this.#running;
  }

  /** Returns the stream's number. */
  start(ring: ByteRing, algorithm: HashAlgorithm, listener: StreamListener): number {
    this.#lastId++;
    this.#streams.set(this.#lastId, { ring, listener });
    if (this.#running++ === 0) this.#worker.ref();
    this.#post({ kind: "start", id: this.#lastId, memory: ring.memory, algorithm });
    return this.#lastId;
  }

  /** The listener is not called any more. The ring is only free when the worker has released it. */
  abandon(id: number): void {
    const stream = this.#streams.get(id);
    if (stream?.listener === undefined) return;
    delete stream.listener;
    this.#countDown();
    this.#post({ kind: "abandon", id });
  }

  /** Rings of every stream that the worker has not released. */
  heldRings(): ByteRing[] {
    return [...this.#streams.values()].map((stream) => stream.ring);
  }

  wake(): void {
    Atomics.add(this.#bell, RINGS, 1);
    Atomics.notify(this.#bell, RINGS);
  }

  /** Ends every stream with `error`. */
  fail(error: ContentHashError): void {
    const listeners = [...this.#streams.values()].map((stream) => stream.listener);
    this.#streams.clear();
    this.#running = 0;
    for (const listener of listeners) listener?.onFailure(error);
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #post(request: WorkerRequest): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port between threads has no origin
    this.#worker.postMessage(request);
    Atomics.add(this.#bell, LETTERS, 1);
    this.wake();
  }

  #receive(answer: WorkerAnswer): void {
    const stream = this.#streams.get(answer.id);
    if (stream === undefined) return;
    if (answer.kind === "room") {
      stream.listener?.onRoom();
      return;
    }
    this.#streams.delete(answer.id);
    this.#onRingFree(stream.ring);
    if (stream.listener === undefined) return;
    this.#countDown();
    if (answer.kind === "digest") stream.listener.onDigest(answer.digest);
  }

  #countDown(): void {
    if (--this.#running === 0) this.#worker.unref();
  }
}
