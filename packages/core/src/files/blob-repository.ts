import type { Blob, NewBlob } from "./file.ts";

export interface BlobRepository {
  findById(id: string): Promise<Blob | undefined>;
  /** By where the bytes lie: those that exist, in no order. */
  findByKeys(keys: readonly string[]): Promise<Blob[]>;
  /** Those that exist, in no order. The identity of content is Whirlpool and size together, unique; without a Whirlpool it has none. */
  findByIdentities(identities: readonly Pick<Blob, "whirlpool" | "sizeBytes">[]): Promise<Blob[]>;
  /** All of them or none. */
  createMany(blobs: readonly NewBlob[]): Promise<void>;
  /**
   * Points contents at other bytes, which are sound: `key` is the new one. All of them or none, each id once. The files
   * that refer to them, however many, are not touched.
   */
  replaceKeys(replacements: readonly Pick<Blob, "id" | "key">[]): Promise<void>;
  /**
   * Notes that the bytes under `key` are damaged (undefined: sound again). False, and nothing noted, when the content has
   * other bytes by now.
   */
  setDamaged(id: string, key: string, damagedAt: Date | undefined): Promise<boolean>;
  /**
   * Notes the Whirlpool of a content that had none, and whether it is blocked. False, and nothing noted, when it has one by
   * now or is gone. There must be no other content of that identity, so ask within the same transaction.
   */
  setWhirlpool(id: string, whirlpool: string): Promise<boolean>;
  /** Lets at most `limit` of the files, trashed files and versions that refer to one content refer to its equal; how many. */
  moveReferences(fromId: string, toId: string, limit: number): Promise<number>;
  /** Notes that a content turned out to be the equal of another one, and is gone. */
  noteMerged(id: string, intoId: string, now: Date): Promise<void>;
  isMerged(id: string, intoId: string): Promise<boolean>;
  /** How many went. */
  forgetMergedBefore(time: Date): Promise<number>;
  /** How many are noted as damaged, counted up to `most`. */
  countDamaged(most: number): Promise<number>;
  /** Removes those contents that no file refers to, with their manifests; returns the keys of their bytes. */
  removeUnreferenced(ids: readonly string[]): Promise<string[]>;
  /** Of these ids those that a file refers to. */
  listReferenced(ids: readonly string[]): Promise<string[]>;
  /** In the order of ids, after `afterId`: for walking all of them. */
  listPage(afterId: string | undefined, limit: number): Promise<Blob[]>;
  /** Ids of files that refer to the content, at most `limit`. */
  listFileIds(id: string, limit: number): Promise<string[]>;
  /** Which store holds their bytes; undefined until that was noted. */
  findStoreId(): Promise<string | undefined>;
  setStoreId(id: string): Promise<void>;
}

/**
 * Keys of bytes that no row leads to any more. Noted in the transaction that gave them up, so that a crash before their
 * removal leaves nothing behind; a key is never used again, so there is nothing to check before it.
 */
export interface DiscardedBytesRepository {
  /** One that is listed already stays so. */
  add(keys: readonly string[], now: Date): Promise<void>;
  /** In key order, after `afterKey`. */
  list(afterKey: string | undefined, limit: number): Promise<string[]>;
  /** To be called when the bytes are gone. */
  remove(keys: readonly string[]): Promise<void>;
}
