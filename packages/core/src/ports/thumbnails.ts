import type { BlobReader } from "./blob-store.ts";

/** A thumbnail as it is kept; `bytes` is undefined where none can be made, so that nobody tries again. */
export interface KeptThumbnail {
  readonly bytes: Uint8Array | undefined;
}

/**
 * Thumbnails by the key of the bytes they were made from. They can be made again, so a store may lose them, and drops
 * the oldest by itself where it would grow too large.
 */
export interface ThumbnailStore {
  find(key: string): Promise<KeptThumbnail | undefined>;
  /** Takes the place of what was kept under this key. */
  keep(key: string, thumbnail: KeptThumbnail): Promise<void>;
  /** Absent is fine. */
  remove(keys: readonly string[]): Promise<void>;
}

/** Makes thumbnails: WebP, the right way up, with nothing in them but what is seen. */
export interface ThumbnailMaker {
  /**
   * @param picture read to its end; the caller closes it
   * @throws {PictureRefusedError}
   * @throws {NoThumbnailsError} where pictures cannot be decoded at all
   * @throws {Error} what another attempt may do better: too slow, or ended with the process that decoded it
   * @throws the reason of `signal`
   */
  make(picture: Pick<BlobReader, "read" | "sizeBytes">, signal: AbortSignal): Promise<Uint8Array>;
}

export interface Thumbnails {
  readonly store: ThumbnailStore;
  readonly maker: ThumbnailMaker;
}

/** None of the formats, damaged, or with more points than are decoded. Another attempt ends the same. */
export class PictureRefusedError extends Error {
  override name = "PictureRefusedError";
}

/** The decoder does not run on this machine. */
export class NoThumbnailsError extends Error {
  override name = "NoThumbnailsError";
}
