import type { PlannedArchive } from "../archives/planned-archive.ts";

/** A short-lived right to download the bytes of one file, or of an archive that is created while it is sent. */
export interface DownloadToken {
  /** SHA-256 of the token's text, in hexadecimal; the text itself is not stored. */
  readonly hash: string;
  /** Undefined exactly when `archive` is not. */
  readonly fileId: string | undefined;
  /** The content that it was made for: a token never serves other bytes. Undefined in tokens of earlier releases. */
  readonly blobId: string | undefined;
  readonly archive: PlannedArchive | undefined;
  /** The link that was used, if not the file's own: its downloads are counted. */
  readonly linkId: string | undefined;
  /** The account that asked for it; undefined for a guest on the link page. */
  readonly accountId: string | undefined;
  readonly apiKeyId: string | undefined;
  readonly sessionId: string | undefined;
  readonly isInline: boolean;
  /** Allows one open stream at a time. */
  readonly isSingle: boolean;
  /** The file was reached through a folder shared with the requester; the token ends with that share. */
  readonly isByShare?: boolean | undefined;
  readonly createdAt: Date;
  /** The first request for bytes must come before this. */
  readonly startBefore: Date;
  /** The download may be resumed until then. */
  readonly expiresAt: Date;
  readonly startedAt: Date | undefined;
  /** Address of the first request for bytes; other addresses are refused after that. */
  readonly clientAddress: string | undefined;
}
