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
  /** Of the bytes, once all parts are joined. */
  bytes_key: string;
  transfer: string;
  size_bytes: number;
  part_bytes: number;
  received_parts: number;
  received_bytes: number;
  /** Of earlier versions, which computed it before there was a file. */
  whirlpool: string | null;
  file: string | null;
  /** Its bytes count towards what the account may have, beside its files. */
  is_held: number;
  created_at: number;
  /** 0: it has ended, and goes with the next sweep. */
  expires_at: number;
}

export interface UploadPartsTable {
  upload_id: string;
  number: number;
  sha256: string;
  tag: string;
  /** Base64; "" of parts that earlier versions took. */
  leaves: Generated<string>;
}

/** Beside the row of an upload that comes as a stream. */
export interface UploadStreamsTable {
  upload_id: string;
  metadata: string;
  /** Of the part that comes next; 0: nothing of it is there. */
  tail_bytes: number;
  tail_tag: string;
  /** Base64. */
  tail_leaves: string;
}

/** Beside the row of an upload whose link was told before its file is there. */
export interface UploadLinksTable {
  upload_id: string;
  /** Of the file that it becomes. */
  link_id: string;
  /** Its pace is measured from there, where its last pause ended. */
  paced_since: number;
  paced_bytes: number;
  last_bytes_at: number;
}
