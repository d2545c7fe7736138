/** One upload, from the offer of its id to the end of its report. */
export interface UploadSession {
  /** Exactly 10 letters and digits. */
  readonly id: string;
  readonly state: UploadState;
  readonly report: UploadReport | undefined;
  readonly createdAt: Date;
  /** When the row may be removed: a day after the report, hours after an unused offer. */
  readonly expiresAt: Date;
}

/** `offered` by get_upload_server, `receiving` while bytes arrive, `finished` once its report is durable. */
export type UploadState = "offered" | "receiving" | "finished";

/** What `end.pl` shows; unchanged, whatever happens to the files. */
export interface UploadReport {
  /** The files went to the recipient's incoming folder. */
  readonly isIncoming: boolean;
  readonly files: readonly UploadedFile[];
}

/** Whose limit a report counts towards: an account's, or that of the guests at an address or IPv6 /48. */
export type ReportHolder = { readonly accountId: string } | { readonly network: string };

/** Number of kept reports, and their total size. */
export interface ReportBounds {
  readonly count: number;
  readonly bytes: number;
}

export interface UploadedFile {
  readonly fileId: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Undefined for uploads in parts without a checksum yet. */
  readonly whirlpool: string | undefined;
  readonly domain: number;
  /** Empty if the file belongs to an account. */
  readonly removalCode: string;
}
