import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { loadEngine } from "@consigne/whirlpool";
import type { WhirlpoolEngine } from "@consigne/whirlpool";
import { ByteRing } from "./byte-ring.ts";
import { newHash, type RunningDigest } from "./running-digest.ts";
import { LETTERS, RINGS, isWorkerSettings } from "./worker-messages.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker-messages.ts";

/** The turn of one stream, so that a fast one does not delay the others. */
const TURN_BYTES = 64 * 1024;

interface Run {
  id: number;
  ring: ByteRing;
  hash: RunningDigest;
}

class WhirlpoolWorker {
  readonly #port: MessagePort;
  readonly #bell: Int32Array;
  readonly #engine: WhirlpoolEngine;
  readonly #runs = new Map<number, Run>();
  #lettersRead = 0;

  constructor(port: MessagePort, bell: Int32Array, engine: WhirlpoolEngine) {
    this.#port = port;
    this.#bell = bell;
    this.#engine = engine;
  }

  /** Never returns; the thread is ended from outside. It only sleeps while no stream has bytes. */
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
      run.hash.update(bytes);
      if (run.ring.consume(bytes.byteLength)) this.#answer({ kind: "room", id: run.id });
      return true;
    }
    if (!run.ring.isDrained()) return false;
    this.#runs.delete(run.id);
    this.#answer({ kind: "digest", id: run.id, digest: run.hash.digest() });
    return true;
  }

  #readLetters(): void {
    while (this.#lettersRead !== Atomics.load(this.#bell, LETTERS)) {
      const letter: { message: WorkerRequest } | undefined = receiveMessageOnPort(this.#port);
      if (letter === undefined) return;
      this.#lettersRead = (this.#lettersRead + 1) | 0;
      const request = letter.message;
      if (request.kind === "start") {
        this.#runs.set(request.id, {
          id: request.id,
          ring: new ByteRing(request.memory),
          hash: newHash(request.algorithm, this.#engine),
        });
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
new WhirlpoolWorker(parentPort, new Int32Array(settings.bell), await loadEngine()).work();
