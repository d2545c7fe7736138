import { BLOCK_BYTES } from "../platform/block-memory.ts";
import type { Span, SpanSet } from "./span-set.ts";

/** Verifies that what was written to a file is what it should be. */
export interface Proof {
  /** Blocks that can be verified before they are written; undefined if only what is in the file is verified. */
  readonly blocks: ProvedBlocks | undefined;
  /** What an earlier run left, before anything is written. */
  begin(done: SpanSet): void;
  /** These bytes are in the file now; `done` is everything that is. */
  written(span: Span, done: SpanSet): void;
  /** Resolves when verification is not far behind. */
  keepUp(): Promise<void>;
  /**
   * Called when all bytes have arrived. `repeat`: bytes reported as wrong may be right when they are fetched again.
   * @throws {ChecksumMismatchError} they will not be
   */
  finish(): Promise<"proved" | "repeat">;
  /** Resolves when the file is no longer read. */
  stop(): Promise<void>;
}

/** Blocks of a file that are verified in memory. */
export interface ProvedBlocks {
  /** Size of each but the last. */
  blockBytes: number;
  /** For a complete block. Wrong ones are fetched again after `finish` has returned `repeat`. */
  isRight(span: Span, bytes: Uint8Array<ArrayBuffer>): Promise<boolean>;
}

/** For files whose expected bytes are not known. */
export const noProof: Proof = {
  blocks: { blockBytes: BLOCK_BYTES, isRight: async () => true },
  begin: () => undefined,
  written: () => undefined,
  keepUp: async () => undefined,
  finish: async () => "proved",
  stop: async () => undefined,
};
