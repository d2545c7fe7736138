export interface ContentLeavesTable {
  content_id: string;
  place: number;
  /** Base64. */
  digests: string;
}

export interface MergedContentsTable {
  id: string;
  /** The identical content that has its files now. */
  into_id: string;
  merged_at: number;
}
