import { availableParallelism } from "node:os";
import type { ContentHash, ContentHasher, HashAlgorithm } from "@consigne/core";
import { loadEngine } from "@consigne/whirlpool";
import { ContentHashError } from "./content-hash-error.ts";
import { ChunkBuffer } from "./chunk-buffer.ts";
import { HashWorkerPool } from "./hash-worker-pool.ts";
import type { HashedStream } from "./hashed-stream.ts";
import { newHash, type RunningDigest } from "./running-digest.ts";

const MAX_DEFAULT_WORKERS = 4;
/** Contents up to this size cost less to hash here than to hand over. */
const SMALL_CONTENT_BYTES = 64 * 1024;

export interface WhirlpoolHasherOptions {
  /** The most worker threads. Default: one per core the process may use, up to 4. */
  workers?: number;
}

/** `close` ends the workers and fails every hash that runs in one. */
export async function createWhirlpoolHasher(options: WhirlpoolHasherOptions = {}): Promise<ContentHasher> {
  const workers = options.workers ?? Math.min(availableParallelism(), MAX_DEFAULT_WORKERS);
  if (!Number.isSafeInteger(workers) || workers < 1) throw new RangeError("At least one worker is needed.");
  const pool = new HashWorkerPool(workers);
  const engine = await loadEngine();
  return {
    start: (algorithm = "whirlpool") => {
      pool.assertOpen();
      return new RunningHash(pool, algorithm, () => newHash(algorithm, engine));
    },
    close: () => pool.close(),
  };
}

class RunningHash implements ContentHash {
  readonly #pool: HashWorkerPool;
  readonly #algorithm: HashAlgorithm;
  readonly #make: () => RunningDigest;
  readonly #buffer = new ChunkBuffer(SMALL_CONTENT_BYTES);
  #stream: HashedStream | undefined;
  #isEnded = false;

  constructor(pool: HashWorkerPool, algorithm: HashAlgorithm, make: () => RunningDigest) {
    this.#pool = pool;
    this.#algorithm = algorithm;
    this.#make = make;
  }

  update(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#isEnded) return Promise.reject(endedError());
    if (this.#stream !== undefined) return this.#stream.send(chunk);
    return this.#buffer.add(chunk) ? undefined : this.#sendFirst(chunk);
  }

  async digest(): Promise<string> {
    if (this.#isEnded) throw endedError();
    this.#isEnded = true;
    if (this.#stream !== undefined) return this.#stream.finish();
    const hash = this.#make();
    hash.update(this.#buffer.take());
    return hash.digest();
  }

  abort(): void {
    this.#isEnded = true;
    this.#buffer.take();
    this.#stream?.abandon();
  }

  async #sendFirst(chunk: Uint8Array): Promise<void> {
    const stream = this.#pool.open(this.#algorithm);
    this.#stream = stream;
    await stream.send(this.#buffer.take());
    await stream.send(chunk);
  }
}

const endedError = (): ContentHashError =>
  new ContentHashError("hash-ended", "The hash has ended and takes no more bytes.");
