/** One upload, from the offer of its id to the end of its report. */
export interface UploadSession {
  /** Exactly 10 alphanumerics. */
  readonly id: string;
  readonly state: UploadState;
  readonly report: UploadReport | undefined;
  readonly createdAt: Date;
  /** When the row may go: a day after the report, hours after an unused offer. */
  readonly expiresAt: Date;
}

/** `offered` by get_upload_server, `receiving` while bytes come in, `finished` once its report is durable. */
export type UploadState = "offered" | "receiving" | "finished";

/** What `end.pl` shows; kept as it was, whatever becomes of the files. */
export interface UploadReport {
  /** The files went to the recipient's incoming folder. */
  readonly isIncoming: boolean;
  readonly files: readonly UploadedFile[];
}

/** Whose limit a report counts towards: an account's, or that of the guests of an address or IPv6 /48. */
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
  /** Undefined of what came by parts and was not hashed yet. */
  readonly whirlpool: string | undefined;
  readonly domain: number;
  /** Empty when the file belongs to an account. */
  readonly removalCode: string;
}
