import type { HashAlgorithm } from "@consigne/core";
import type { ByteRing } from "./byte-ring.ts";
import { ContentHashError } from "./content-hash-error.ts";
import type { HashWorker, StreamListener } from "./hash-worker.ts";

/** Passes the bytes of one content to a worker. */
export class HashedStream implements StreamListener {
  readonly #worker: HashWorker;
  readonly #ring: ByteRing;
  readonly #id: number;
  readonly #digest = Promise.withResolvers<string>();
  #room: PromiseWithResolvers<void> | undefined;
  #failure: ContentHashError | undefined;
  /** Written to the ring since the worker was last woken. */
  #untoldBytes = 0;

  constructor(worker: HashWorker, ring: ByteRing, algorithm: HashAlgorithm) {
    this.#worker = worker;
    this.#ring = ring;
    // Also reported by `send`; a stream that fails before `finish` is called must not end the process.
    this.#digest.promise.catch(() => undefined);
    this.#id = worker.start(ring, algorithm, this);
  }

  /** Resolves when the whole chunk is in the ring; undefined if it already is. */
  send(chunk: Uint8Array): Promise<void> | undefined {
    const sent = this.#failure === undefined ? this.#push(chunk, 0) : 0;
    return sent === chunk.byteLength ? undefined : this.#sendRest(chunk, sent);
  }

  async finish(): Promise<string> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#ring.end();
    this.#wake();
    return this.#digest.promise;
  }

  async #sendRest(chunk: Uint8Array, from: number): Promise<void> {
    for (let sent = from; sent < chunk.byteLength;) {
      if (this.#failure !== undefined) throw this.#failure;
      const count = this.#push(chunk, sent);
      sent += count;
      if (count === 0 && this.#ring.mustWait()) {
        this.#wake();
        await this.#waitForRoom();
      }
    }
  }

  /** Waking a thread takes longer than hashing a small chunk, so it is woken for half a ring. */
  #push(chunk: Uint8Array, from: number): number {
    const count = this.#ring.push(chunk, from);
    this.#untoldBytes += count;
    if (this.#untoldBytes >= this.#ring.capacityBytes / 2) this.#wake();
    return count;
  }

  abandon(): void {
    this.#worker.abandon(this.#id);
    this.onFailure(new ContentHashError("hash-ended", "The hash was aborted."));
  }

  onRoom(): void {
    this.#room?.resolve();
  }

  onDigest(digest: string): void {
    this.#digest.resolve(digest);
  }

  onFailure(error: ContentHashError): void {
    this.#failure ??= error;
    this.#room?.resolve();
    this.#digest.reject(error);
  }

  #wake(): void {
    this.#untoldBytes = 0;
    this.#worker.wake();
  }

  async #waitForRoom(): Promise<void> {
    this.#room = Promise.withResolvers();
    await this.#room.promise;
    this.#room = undefined;
  }
}
