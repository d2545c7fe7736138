import type { Blob } from "./file.ts";

export interface BlobRepository {
  findByKey(key: string): Promise<Blob | undefined>;
  /** The identity of content is Whirlpool and size together, unique. */
  findByIdentity(whirlpool: string, sizeBytes: number): Promise<Blob | undefined>;
  create(blob: Blob): Promise<void>;
  /** Points the identity at other bytes with the same content; files follow. Used to heal lost bytes. */
  replaceKey(oldKey: string, newKey: string): Promise<void>;
  /** Removes blob rows no file refers to, created before `olderThan`, at most `limit`; returns their keys. */
  removeUnreferenced(olderThan: Date, limit: number): Promise<string[]>;
  /** Removes one blob row if no file refers to it; true when it did. */
  removeIfUnreferenced(key: string): Promise<boolean>;
  /** In key order, after `afterKey`: for walking all of them. */
  listPage(afterKey: string | undefined, limit: number): Promise<Blob[]>;
  /** Ids of files that refer to the blob, at most `limit`. */
  listFileIds(key: string, limit: number): Promise<string[]>;
}
