import type { Blob, NewBlob } from "./file.ts";

export interface BlobRepository {
  findById(id: string): Promise<Blob | undefined>;
  /** By storage key: those that exist, in no particular order. */
  findByKeys(keys: readonly string[]): Promise<Blob[]>;
  /**
   * Those that exist, in no particular order. A content is identified by Whirlpool checksum and size together; without
   * a checksum it has no identity.
   */
  findByIdentities(identities: readonly Pick<Blob, "whirlpool" | "sizeBytes">[]): Promise<Blob[]>;
  /** All or none. */
  createMany(blobs: readonly NewBlob[]): Promise<void>;
  /**
   * Points contents at other, sound bytes: `key` is the new one. All or none, each id once. Does not touch the files
   * that refer to them, however many there are.
   */
  replaceKeys(replacements: readonly Pick<Blob, "id" | "key">[]): Promise<void>;
  /**
   * Marks the bytes under `key` as damaged (undefined: sound again). Returns false, and changes nothing, if the content
   * has other bytes by now.
   */
  setDamaged(id: string, key: string, damagedAt: Date | undefined): Promise<boolean>;
  /**
   * Stores the Whirlpool checksum of a content that had none, and whether it is blocked. Returns false, and changes
   * nothing, if it has one by now or is gone. No other content may have that identity, so check within the same
   * transaction.
   */
  setWhirlpool(id: string, whirlpool: string): Promise<boolean>;
  /**
   * Redirects at most `limit` files, trashed files and versions from one content to an identical one; returns how many.
   */
  moveReferences(fromId: string, toId: string, limit: number): Promise<number>;
  /** Records that a content was identical to another one, and is gone. */
  noteMerged(id: string, intoId: string, now: Date): Promise<void>;
  isMerged(id: string, intoId: string): Promise<boolean>;
  /** Returns how many were removed. */
  forgetMergedBefore(time: Date): Promise<number>;
  /** How many are marked as damaged, counted up to `most`. */
  countDamaged(most: number): Promise<number>;
  /** Removes contents that no file refers to, with their manifests; returns the storage keys of their bytes. */
  removeUnreferenced(ids: readonly string[]): Promise<string[]>;
  /** Those of these ids that a file refers to. */
  listReferenced(ids: readonly string[]): Promise<string[]>;
  /** Ordered by id, after `afterId`: for walking through all of them. */
  listPage(afterId: string | undefined, limit: number): Promise<Blob[]>;
  /** Ids of files that refer to the content, at most `limit`. */
  listFileIds(id: string, limit: number): Promise<string[]>;
  /** Which store holds the bytes; undefined until that is recorded. */
  findStoreId(): Promise<string | undefined>;
  setStoreId(id: string): Promise<void>;
}

/**
 * Storage keys of bytes that no row refers to any more. They are recorded in the transaction that gave them up, so that
 * a crash before their removal leaves nothing behind. Keys are never reused, so nothing has to be checked before the
 * removal.
 */
export interface DiscardedBytesRepository {
  /** Keys already in the list stay. */
  add(keys: readonly string[], now: Date): Promise<void>;
  /** In key order, after `afterKey`. */
  list(afterKey: string | undefined, limit: number): Promise<string[]>;
  /** Call when the bytes are gone. */
  remove(keys: readonly string[]): Promise<void>;
}
