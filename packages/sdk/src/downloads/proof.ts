import { BLOCK_BYTES } from "../platform/block-memory.ts";
import type { Span, SpanSet } from "./span-set.ts";

/** Finds out whether what was written to a file is what it should be. */
export interface Proof {
  /** What can be proved before it gets into the file; undefined where only what lies there is proved. */
  readonly blocks: ProvedBlocks | undefined;
  /** What an earlier run left, before anything is written. */
  begin(done: SpanSet): void;
  /** These bytes are in the file now; `done` tells all that are. */
  written(span: Span, done: SpanSet): void;
  /** Resolves when the proof is not far behind. */
  keepUp(): Promise<void>;
  /**
   * When all bytes are there. `repeat`: what was told as wrong meanwhile may be right when it is fetched again.
   * @throws {ChecksumMismatchError} it will not be
   */
  finish(): Promise<"proved" | "repeat">;
  /** Resolves when the file is no longer read. */
  stop(): Promise<void>;
}

/** Blocks of a file that are proved in memory. */
export interface ProvedBlocks {
  /** Bytes of each but the last. */
  blockBytes: number;
  /** Of a block that is whole. Those that are not right are fetched again after `finish` has said `repeat`. */
  isRight(span: Span, bytes: Uint8Array<ArrayBuffer>): Promise<boolean>;
}

/** For files of which nobody says what they should be. */
export const noProof: Proof = {
  blocks: { blockBytes: BLOCK_BYTES, isRight: async () => true },
  begin: () => undefined,
  written: () => undefined,
  keepUp: async () => undefined,
  finish: async () => "proved",
  stop: async () => undefined,
};
