/**
 * Digests of the leaves of contents, in pages of `LEAVES_PER_PAGE`, concatenated. They are removed with the content,
 * and stay when its bytes are replaced by identical ones.
 */
export interface ManifestRepository {
  /** Replaces an existing page. */
  set(contentId: string, page: number, digests: Uint8Array): Promise<void>;
  /** Page 0 has the first leaves. */
  find(contentId: string, page: number): Promise<Uint8Array | undefined>;
  /** Records whether all pages are stored and correct: `Blob.hasLeaves`. */
  setComplete(contentId: string, isComplete: boolean): Promise<void>;
}
