/** Short-lived right to fetch the bytes of one file. */
export interface DownloadToken {
  /** SHA-256 of the token's text, hexadecimal; the text itself is not kept. */
  hash: string;
  fileId: string;
  /** Who asked for it; undefined for a guest on the link page. */
  accountId: string | undefined;
  apiKeyId: string | undefined;
  isInline: boolean;
  /** One open stream at a time. */
  isSingle: boolean;
  createdAt: Date;
  /** The first request for bytes must come before this. */
  startBefore: Date;
  /** Resuming is allowed until this. */
  expiresAt: Date;
  startedAt: Date | undefined;
  /** Address of the first request for bytes; others are refused afterwards. */
  clientAddress: string | undefined;
}
