import { createHash } from "node:crypto";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import type { IHasher } from "hash-wasm";
import { ByteRing } from "./byte-ring.ts";
import type { WhirlpoolBackend } from "./whirlpool-backend.ts";
import { LETTERS, RINGS, isWorkerSettings } from "./worker-messages.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker-messages.ts";

/** The turn of one stream, so that a fast one does not hold back the others. */
const TURN_BYTES = 64 * 1024;

interface RunningDigest {
  update(bytes: Uint8Array): void;
  digest(): string;
}

interface Run {
  id: number;
  ring: ByteRing;
  digest: RunningDigest;
}

async function digestsOf(backend: WhirlpoolBackend): Promise<() => RunningDigest> {
  if (backend === "openssl") {
    return () => {
      const hash = createHash("whirlpool");
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
    };
  }
  // Loaded only where it is needed: it is some megabytes in each worker.
  const { createWhirlpool } = await import("hash-wasm");
  const wasm = await createWhirlpool();
  const fresh = wasm.init().save();
  let loaded: WasmDigest | undefined;
  return () =>
    new WasmDigest(wasm, fresh, (next) => {
      if (loaded !== next) loaded?.leave();
      loaded = next;
    });
}

/**
 * One instance of the module serves all streams: making one is asynchronous, and its state is only some 150 bytes to
 * swap.
 */
class WasmDigest implements RunningDigest {
  readonly #wasm: IHasher;
  /** Makes the one that is in the instance leave, and knows from then on that this one is in it. */
  readonly #takeOver: (by: WasmDigest | undefined) => void;
  /** Undefined while it is in the instance. */
  #state: Uint8Array | undefined;

  constructor(wasm: IHasher, fresh: Uint8Array, takeOver: (by: WasmDigest | undefined) => void) {
    this.#wasm = wasm;
    this.#state = fresh;
    this.#takeOver = takeOver;
  }

  update(bytes: Uint8Array): void {
    this.#enter();
    this.#wasm.update(bytes);
  }

  digest(): string {
    this.#enter();
    this.#takeOver(undefined);
    return this.#wasm.digest("hex");
  }

  leave(): void {
    this.#state = this.#wasm.save();
  }

  #enter(): void {
    if (this.#state === undefined) return;
    this.#takeOver(this);
    this.#wasm.load(this.#state);
    this.#state = undefined;
  }
}

class WhirlpoolWorker {
  readonly #port: MessagePort;
  readonly #bell: Int32Array;
  readonly #newDigest: () => RunningDigest;
  readonly #runs = new Map<number, Run>();
  #lettersRead = 0;

  constructor(port: MessagePort, bell: Int32Array, newDigest: () => RunningDigest) {
    this.#port = port;
    this.#bell = bell;
    this.#newDigest = newDigest;
  }

  /** Never returns; the thread is ended from outside. It sleeps only while no stream has bytes. */
  work(): never {
    for (;;) {
      const rung = Atomics.load(this.#bell, RINGS);
      this.#readLetters();
      let hasWorked = false;
      for (const run of this.#runs.values()) hasWorked = this.#takeTurn(run) || hasWorked;
      if (!hasWorked) Atomics.wait(this.#bell, RINGS, rung);
    }
  }

  #takeTurn(run: Run): boolean {
    const bytes = run.ring.peek(TURN_BYTES);
    if (bytes.byteLength > 0) {
      run.digest.update(bytes);
      if (run.ring.consume(bytes.byteLength)) this.#answer({ kind: "room", id: run.id });
      return true;
    }
    if (!run.ring.isDrained()) return false;
    this.#runs.delete(run.id);
    this.#answer({ kind: "digest", id: run.id, digest: run.digest.digest() });
    return true;
  }

  #readLetters(): void {
    while (this.#lettersRead !== Atomics.load(this.#bell, LETTERS)) {
      const letter: { message: WorkerRequest } | undefined = receiveMessageOnPort(this.#port);
      if (letter === undefined) return;
      this.#lettersRead = (this.#lettersRead + 1) | 0;
      const request = letter.message;
      if (request.kind === "start") {
        this.#runs.set(request.id, { id: request.id, ring: new ByteRing(request.memory), digest: this.#newDigest() });
      } else if (this.#runs.delete(request.id)) {
        this.#answer({ kind: "abandoned", id: request.id });
      }
    }
  }

  #answer(answer: WorkerAnswer): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port between threads has no origin
    this.#port.postMessage(answer);
  }
}

if (parentPort === null) throw new Error("This module runs in a worker thread.");
const settings: unknown = workerData;
if (!isWorkerSettings(settings)) throw new Error("The worker was started without its settings.");
new WhirlpoolWorker(parentPort, new Int32Array(settings.bell), await digestsOf(settings.backend)).work();
