/**
 * Digests of the leaves of contents, in pages of `LEAVES_PER_PAGE`, one digest after the other. They go with the content,
 * and stay when its bytes are exchanged for equal ones.
 */
export interface ManifestRepository {
  /** In place of the page that is there. */
  set(contentId: string, page: number, digests: Uint8Array): Promise<void>;
  /** Page 0 has the first leaves. */
  find(contentId: string, page: number): Promise<Uint8Array | undefined>;
  /** Notes whether all pages are there and right: `Blob.hasLeaves`. */
  setComplete(contentId: string, isComplete: boolean): Promise<void>;
}
