import type { PlannedArchive } from "../archives/planned-archive.ts";

/** A short-lived right to fetch the bytes of one file, or of an archive that is created while it is sent. */
export interface DownloadToken {
  /** SHA-256 of the token's text, hexadecimal; the text itself is not kept. */
  readonly hash: string;
  /** Undefined exactly when `archive` is not. */
  readonly fileId: string | undefined;
  /** The content that it was made for: no token ever gives bytes of another. Undefined in those of earlier versions. */
  readonly blobId: string | undefined;
  readonly archive: PlannedArchive | undefined;
  /** The link it came by, where that is not the file's own: whose downloads are counted. */
  readonly linkId: string | undefined;
  /** Who asked for it; undefined for a guest on the link page. */
  readonly accountId: string | undefined;
  readonly apiKeyId: string | undefined;
  readonly sessionId: string | undefined;
  readonly isInline: boolean;
  /** One open stream at a time. */
  readonly isSingle: boolean;
  /** It came by a folder that is shared with whoever asked for it, and ends with that. */
  readonly isByShare?: boolean | undefined;
  readonly createdAt: Date;
  /** The first request for bytes must come before this. */
  readonly startBefore: Date;
  /** Resuming is allowed until this. */
  readonly expiresAt: Date;
  readonly startedAt: Date | undefined;
  /** Address of the first request for bytes; others are refused afterwards. */
  readonly clientAddress: string | undefined;
}
