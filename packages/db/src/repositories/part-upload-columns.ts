import type { Generated } from "kysely";

export interface PartUploadTables {
  part_uploads: PartUploadsTable;
  upload_parts: UploadPartsTable;
  upload_links: UploadLinksTable;
  upload_streams: UploadStreamsTable;
}

export interface PartUploadsTable {
  id: string;
  account_id: string;
  folder_id: number;
  name: string;
  content_type: string;
  domain: number;
  password_hash: string | null;
  /** Key of the bytes, once all parts are joined. */
  bytes_key: string;
  transfer: string;
  size_bytes: number;
  part_bytes: number;
  received_parts: number;
  received_bytes: number;
  /** From earlier releases, which computed it before there was a file. */
  whirlpool: string | null;
  file: string | null;
  /** Its bytes count towards the account's limit, in addition to its files. */
  is_held: number;
  created_at: number;
  /** 0: it has ended, and the next sweep removes it. */
  expires_at: number;
}

export interface UploadPartsTable {
  upload_id: string;
  number: number;
  sha256: string;
  tag: string;
  /** Base64; "" for parts received by earlier releases. */
  leaves: Generated<string>;
}

/** Additional row for an upload that is sent as a stream. */
export interface UploadStreamsTable {
  upload_id: string;
  metadata: string;
  /** Size of the next part so far; 0: nothing has arrived. */
  tail_bytes: number;
  tail_tag: string;
  /** Base64. */
  tail_leaves: string;
}

/** Additional row for an upload whose link was given out before its file has arrived. */
export interface UploadLinksTable {
  upload_id: string;
  /** Link of the future file. */
  link_id: string;
  /** Its pace is measured from the end of its last pause. */
  paced_since: number;
  paced_bytes: number;
  last_bytes_at: number;
}
