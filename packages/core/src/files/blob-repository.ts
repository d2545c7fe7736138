import type { Blob } from "./file.ts";

export interface BlobRepository {
  findById(id: string): Promise<Blob | undefined>;
  /** By where the bytes lie. */
  findByKey(key: string): Promise<Blob | undefined>;
  /** The identity of content is Whirlpool and size together, unique. */
  findByIdentity(whirlpool: string, sizeBytes: number): Promise<Blob | undefined>;
  create(blob: Blob): Promise<void>;
  /** Points the content at other bytes, which are sound. The files that refer to it, however many, are not touched. */
  replaceKey(id: string, newKey: string): Promise<void>;
  /**
   * Notes that the bytes under `key` are damaged (undefined: sound again). False, and nothing noted, when the content has
   * other bytes by now.
   */
  setDamaged(id: string, key: string, damagedAt: Date | undefined): Promise<boolean>;
  /** Removes the content if no file refers to it; returns the key of its bytes when it did. */
  removeIfUnreferenced(id: string): Promise<string | undefined>;
  /** In the order of ids, after `afterId`: for walking all of them. */
  listPage(afterId: string | undefined, limit: number): Promise<Blob[]>;
  /** Ids of files that refer to the content, at most `limit`. */
  listFileIds(id: string, limit: number): Promise<string[]>;
}

/**
 * Keys of bytes that no row leads to any more. Noted in the transaction that gave them up, so that a crash before their
 * removal leaves nothing behind; a key is never used again, so there is nothing to check before it.
 */
export interface DiscardedBytesRepository {
  add(keys: readonly string[], now: Date): Promise<void>;
  /** In key order, after `afterKey`. */
  list(afterKey: string | undefined, limit: number): Promise<string[]>;
  /** To be called when the bytes are gone. */
  remove(keys: readonly string[]): Promise<void>;
}
