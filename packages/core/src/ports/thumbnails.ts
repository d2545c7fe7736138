import type { BlobReader } from "./blob-store.ts";

/** A stored thumbnail; `bytes` is undefined if none can be made, so that nobody tries again. */
export interface StoredThumbnail {
  readonly bytes: Uint8Array | undefined;
}

/**
 * Thumbnails by storage key of their picture. They can be recreated, so a store may lose them, and drops the oldest
 * when it grows too large.
 */
export interface ThumbnailStore {
  find(key: string): Promise<StoredThumbnail | undefined>;
  /** Replaces what was stored under this key. */
  keep(key: string, thumbnail: StoredThumbnail): Promise<void>;
  /** Missing ones are ignored. */
  remove(keys: readonly string[]): Promise<void>;
}

/** Makes thumbnails: WebP, upright, without any metadata. */
export interface ThumbnailMaker {
  /**
   * @param picture read to its end; the caller closes it
   * @throws {PictureRefusedError}
   * @throws {NoThumbnailsError} if pictures cannot be decoded at all
   * @throws {Error} a retry may succeed: it was too slow, or the decoding process ended
   * @throws the reason of `signal`
   */
  make(picture: Pick<BlobReader, "read" | "sizeBytes">, signal: AbortSignal): Promise<Uint8Array>;
}

export interface Thumbnails {
  readonly store: ThumbnailStore;
  readonly maker: ThumbnailMaker;
}

/** An unsupported format, damaged, or too large to decode. A retry would fail as well. */
export class PictureRefusedError extends Error {
  override name = "PictureRefusedError";
}

/** The decoder does not run on this machine. */
export class NoThumbnailsError extends Error {
  override name = "NoThumbnailsError";
}
