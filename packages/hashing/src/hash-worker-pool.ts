import type { HashAlgorithm } from "@consigne/core";
import { ByteRing } from "./byte-ring.ts";
import { ContentHashError } from "./content-hash-error.ts";
import { HashWorker } from "./hash-worker.ts";
import { HashedStream } from "./hashed-stream.ts";

const RING_BYTES = 512 * 1024;
/** Streams beyond this many get a small ring, so that many slow clients take little memory. */
const LARGE_RINGS = 48;
const SMALL_RING_BYTES = 64 * 1024;
const IDLE_RINGS = 8;

/** Worker threads, started on demand and restarted when one dies. */
export class HashWorkerPool {
  readonly #maxWorkers: number;
  readonly #workers = new Set<HashWorker>();
  readonly #idleRings: ByteRing[] = [];
  #largeRings = 0;
  #isClosed = false;

  constructor(maxWorkers: number) {
    this.#maxWorkers = maxWorkers;
  }

  /** @throws {ContentHashError} `hasher-closed` */
  open(algorithm: HashAlgorithm): HashedStream {
    this.assertOpen();
    return new HashedStream(this.#leastBusy(), this.#takeRing(), algorithm);
  }

  assertOpen(): void {
    if (this.#isClosed) throw closedError();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const worker of this.#workers) worker.fail(closedError());
    await this.endWorkers();
  }

  /** Ends the threads, and their streams with `worker-died`; the next stream gets a new one. */
  async endWorkers(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }

  #leastBusy(): HashWorker {
    let best: HashWorker | undefined;
    for (const worker of this.#workers) {
      if (best === undefined || worker.runningCount < best.runningCount) best = worker;
    }
    if (best !== undefined && (best.runningCount === 0 || this.#workers.size >= this.#maxWorkers)) return best;
    const worker = new HashWorker(
      (ring) => this.#giveRing(ring),
      (dead) => this.#bury(dead),
    );
    this.#workers.add(worker);
    return worker;
  }

  #takeRing(): ByteRing {
    if (this.#largeRings >= LARGE_RINGS) return ByteRing.ofCapacity(SMALL_RING_BYTES);
    this.#largeRings++;
    const ring = this.#idleRings.pop() ?? ByteRing.ofCapacity(RING_BYTES);
    ring.reset();
    return ring;
  }

  #giveRing(ring: ByteRing): void {
    if (ring.capacityBytes !== RING_BYTES) return;
    this.#largeRings--;
    if (this.#idleRings.length < IDLE_RINGS) this.#idleRings.push(ring);
  }

  /** Rings of the dead worker are not reused, only subtracted from the count. */
  #bury(worker: HashWorker): void {
    this.#workers.delete(worker);
    for (const ring of worker.heldRings()) if (ring.capacityBytes === RING_BYTES) this.#largeRings--;
  }
}

const closedError = (): ContentHashError => new ContentHashError("hasher-closed", "The content hasher is closed.");
