/** One upload from the node's offer of an id to the end of its report. */
export interface UploadSession {
  /** Exactly 10 alphanumerics. */
  id: string;
  state: UploadState;
  report: UploadReport | undefined;
  createdAt: Date;
  /** When the row may go: a day after the report, hours after an unused offer. */
  expiresAt: Date;
}

/** `offered` by get_upload_server, `receiving` while bytes come in, `finished` once its report is durable. */
export type UploadState = "offered" | "receiving" | "finished";

/** What `end.pl` shows; kept as it was, whatever becomes of the files. */
export interface UploadReport {
  /** The files went to the recipient's incoming folder. */
  isIncoming: boolean;
  files: UploadedFile[];
}

export interface UploadedFile {
  fileId: string;
  name: string;
  sizeBytes: number;
  whirlpool: string;
  domain: number;
  /** Empty when the file belongs to an account. */
  removalCode: string;
}
