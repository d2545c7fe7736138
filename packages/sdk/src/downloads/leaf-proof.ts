import { type Deferred, deferred } from "../deferred.ts";
import type { UpdatedFile } from "../platform/local-files.ts";
import { DIGEST_BYTES, type Manifest } from "./manifest.ts";
import type { Proof, ProvedBlocks } from "./proof.ts";
import type { Span, SpanSet } from "./span-set.ts";

/** Each has a leaf in memory, for a moment two copies of it. */
const PROOFS_AT_ONCE = 2;
/** With more than these unverified, whoever fetches waits. */
const MOST_WAITING = 16;
/** Bytes that arrive wrong this often are wrong on the server. */
const MOST_ATTEMPTS = 3;

export interface LeafProofOptions {
  /** These bytes are to be fetched again. */
  onWrong: (span: Span) => void;
  /** The error for bytes that are wrong every time. */
  onHopeless: (span: Span) => Error;
  signal: AbortSignal;
}

/**
 * Verifies each leaf of a manifest: leaves that arrive whole before they are written to the file, others as soon as all
 * their bytes are in the file, wherever these came from and in whatever order.
 */
export class LeafProof implements Proof {
  readonly blocks: ProvedBlocks;
  readonly #file: UpdatedFile;
  readonly #manifest: Manifest;
  readonly #onWrong: (span: Span) => void;
  readonly #onHopeless: (span: Span) => Error;
  readonly #signal: AbortSignal;
  /** Missing bytes of each leaf. */
  readonly #lacking: Uint32Array;
  readonly #failures = new Map<number, number>();
  readonly #buffers: Uint8Array<ArrayBuffer>[] = [];
  readonly #running = new Set<Promise<void>>();
  #waiting: number[] = [];
  #wrong: number[] = [];
  #failure: { error: unknown } | undefined;
  #caughtUp: Deferred<void> | undefined;

  constructor(file: UpdatedFile, manifest: Manifest, { onWrong, onHopeless, signal }: LeafProofOptions) {
    this.blocks = { blockBytes: manifest.leafBytes, isRight: (span, bytes) => this.#isRight(span, bytes) };
    this.#file = file;
    this.#manifest = manifest;
    this.#onWrong = onWrong;
    this.#onHopeless = onHopeless;
    this.#signal = signal;
    this.#lacking = new Uint32Array(manifest.digests.byteLength / DIGEST_BYTES);
    for (let leaf = 0; leaf < this.#lacking.length; leaf++) this.#lacking[leaf] = lengthOf(this.#spanOf(leaf));
  }

  begin(done: SpanSet): void {
    for (const span of done.spans) this.written(span);
  }

  written([start, end]: Span): void {
    const { leafBytes } = this.#manifest;
    for (let at = start; at < end;) {
      const leaf = Math.floor(at / leafBytes);
      const until = Math.min(end, (leaf + 1) * leafBytes);
      const lacking = (this.#lacking[leaf] ?? 0) - (until - at);
      this.#lacking[leaf] = lacking;
      if (lacking === 0) this.#waiting.push(leaf);
      at = until;
    }
    this.#goOn();
  }

  async keepUp(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#waiting.length <= MOST_WAITING) return;
    this.#caughtUp ??= deferred();
    await this.#caughtUp.promise;
  }

  async finish(): Promise<"proved" | "repeat"> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    this.#signal.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure.error;
    const hopeless = this.#wrong.find((leaf) => (this.#failures.get(leaf) ?? 0) >= MOST_ATTEMPTS);
    if (hopeless !== undefined) throw this.#onHopeless(this.#spanOf(hopeless));
    const outcome = this.#wrong.length === 0 ? "proved" : "repeat";
    this.#wrong = [];
    return outcome;
  }

  async stop(): Promise<void> {
    this.#waiting = [];
    this.#release();
    await Promise.all(this.#running);
  }

  #goOn(): void {
    while (this.#running.size < PROOFS_AT_ONCE && this.#failure === undefined && !this.#signal.aborted) {
      const leaf = this.#waiting.shift();
      if (leaf === undefined) break;
      const work = this.#prove(leaf)
        .catch((error: unknown) => {
          this.#failure ??= { error };
        })
        .finally(() => {
          this.#running.delete(work);
          this.#goOn();
        });
      this.#running.add(work);
    }
    const isStuck = this.#failure !== undefined || this.#signal.aborted;
    if (isStuck || this.#waiting.length <= MOST_WAITING / 2) this.#release();
  }

  async #prove(leaf: number): Promise<void> {
    const [start, end] = this.#spanOf(leaf);
    const buffer = this.#buffers.pop() ?? new Uint8Array(this.#manifest.leafBytes);
    const bytes = buffer.subarray(0, end - start);
    const readBytes = await this.#file.read(bytes, start);
    const isRight = await this.#hasDigest(leaf, bytes.subarray(0, readBytes));
    this.#buffers.push(buffer);
    if (isRight) return;
    this.#noteWrong(leaf);
    this.#lacking[leaf] = end - start;
    this.#onWrong([start, end]);
  }

  /** For a leaf of which nothing is in the file. */
  async #isRight([start]: Span, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const leaf = Math.floor(start / this.#manifest.leafBytes);
    const isRight = await this.#hasDigest(leaf, bytes);
    if (isRight) this.#lacking[leaf] = 0;
    else this.#noteWrong(leaf);
    return isRight;
  }

  async #hasDigest(leaf: number, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
    // On the runtime's threads.
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const expected = this.#manifest.digests.subarray(leaf * DIGEST_BYTES, (leaf + 1) * DIGEST_BYTES);
    return digest.every((byte, at) => byte === expected[at]);
  }

  #noteWrong(leaf: number): void {
    this.#wrong.push(leaf);
    this.#failures.set(leaf, (this.#failures.get(leaf) ?? 0) + 1);
  }

  #spanOf(leaf: number): Span {
    const { leafBytes, sizeBytes } = this.#manifest;
    return [leaf * leafBytes, Math.min(sizeBytes, (leaf + 1) * leafBytes)];
  }

  #release(): void {
    this.#caughtUp?.resolve();
    this.#caughtUp = undefined;
  }
}

const lengthOf = ([start, end]: Span): number => end - start;
