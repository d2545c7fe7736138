import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import type { ContentHash, ContentHasher } from "@consigne/core";
import { ContentHashError } from "./content-hash-error.ts";
import { GatheredBytes } from "./gathered-bytes.ts";
import { HashWorkerPool } from "./hash-worker-pool.ts";
import type { HashedStream } from "./hashed-stream.ts";
import { chooseBackend } from "./whirlpool-backend.ts";
import type { WhirlpoolBackend } from "./whirlpool-backend.ts";

const MAX_DEFAULT_WORKERS = 4;
/** Contents up to this size cost less to hash than to hand over. */
const SMALL_CONTENT_BYTES = 64 * 1024;

export interface WhirlpoolHasherOptions {
  /** Worker threads at most. Default: one per core the process may use, up to 4. */
  workers?: number;
  /** Default `auto`: OpenSSL where the process offers it. */
  backend?: WhirlpoolBackend | "auto";
}

/**
 * `close` ends the workers and fails every hash that runs in one.
 * @throws {ContentHashError} `backend-missing` when `openssl` is demanded and the process has no legacy provider
 */
export async function createWhirlpoolHasher(
  options: WhirlpoolHasherOptions = {},
): Promise<ContentHasher & { readonly backend: WhirlpoolBackend }> {
  const backend = chooseBackend(options.backend ?? "auto");
  const workers = options.workers ?? Math.min(availableParallelism(), MAX_DEFAULT_WORKERS);
  if (!Number.isSafeInteger(workers) || workers < 1) throw new RangeError("At least one worker is needed.");
  const pool = new HashWorkerPool(backend, workers);
  return {
    backend,
    start: () => {
      pool.assertOpen();
      return new WhirlpoolHash(pool, backend);
    },
    close: () => pool.close(),
  };
}

class WhirlpoolHash implements ContentHash {
  readonly #pool: HashWorkerPool;
  readonly #backend: WhirlpoolBackend;
  readonly #gathered = new GatheredBytes(SMALL_CONTENT_BYTES);
  #stream: HashedStream | undefined;
  #isEnded = false;

  constructor(pool: HashWorkerPool, backend: WhirlpoolBackend) {
    this.#pool = pool;
    this.#backend = backend;
  }

  async update(chunk: Uint8Array): Promise<void> {
    this.#assertRunning();
    if (this.#stream === undefined && this.#gathered.add(chunk)) return;
    const stream = this.#stream ?? (await this.#openStream());
    await stream.send(chunk);
  }

  async digest(): Promise<string> {
    this.#assertRunning();
    this.#isEnded = true;
    if (this.#stream === undefined && this.#backend === "openssl") {
      return createHash("whirlpool").update(this.#gathered.take()).digest("hex");
    }
    const stream = this.#stream ?? (await this.#openStream());
    return stream.finish();
  }

  abort(): void {
    this.#isEnded = true;
    this.#gathered.take();
    this.#stream?.abandon();
  }

  async #openStream(): Promise<HashedStream> {
    const stream = this.#pool.open();
    this.#stream = stream;
    await stream.send(this.#gathered.take());
    return stream;
  }

  #assertRunning(): void {
    if (this.#isEnded) throw new ContentHashError("hash-ended", "The hash has ended and takes no more bytes.");
  }
}
