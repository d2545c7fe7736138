import type { HasherFactory } from "../hashing/hasher.ts";
import type { UpdatedFile } from "../platform/local-files.ts";
import { PrefixHash } from "./prefix-hash.ts";
import type { Proof } from "./proof.ts";
import type { Span, SpanSet } from "./span-set.ts";

export interface WhirlpoolProofOptions {
  sizeBytes: number;
  whirlpool: string;
  /** These bytes are to be fetched again. */
  onWrong: (span: Span) => void;
  /** The error for bytes that were all fetched in this run and are wrong. */
  onHopeless: (actual: string) => Error;
  signal: AbortSignal;
}

/** Verifies a file as a whole, by the checksum that every server of this kind gives. */
export class WhirlpoolProof implements Proof {
  readonly blocks = undefined;
  readonly #start: () => PrefixHash;
  readonly #options: WhirlpoolProofOptions;
  #hash: PrefixHash;
  #hasOldBytes = false;

  constructor(file: UpdatedFile, hasher: HasherFactory, options: WhirlpoolProofOptions) {
    this.#start = () => new PrefixHash(file, hasher, options);
    this.#options = options;
    this.#hash = this.#start();
  }

  begin(done: SpanSet): void {
    this.#hasOldBytes = done.sizeBytes > 0;
    this.#hash.advance(done.frontier);
  }

  written(_span: Span, done: SpanSet): void {
    this.#hash.advance(done.frontier);
  }

  keepUp(): Promise<void> {
    return this.#hash.keepUp();
  }

  /** What an earlier run left may have been damaged by a power cut; fetching all of it again is worth one attempt. */
  async finish(): Promise<"proved" | "repeat"> {
    const { sizeBytes, whirlpool, onWrong, onHopeless } = this.#options;
    const actual = await this.#hash.digest();
    if (actual === whirlpool) return "proved";
    if (!this.#hasOldBytes) throw onHopeless(actual);
    this.#hasOldBytes = false;
    this.#hash = this.#start();
    onWrong([0, sizeBytes]);
    return "repeat";
  }

  stop(): Promise<void> {
    return this.#hash.stop();
  }
}
