import type { AccessList } from "../policy/access-list.ts";

/** What a person sees, names and links to. Several files may share one blob. */
export interface StoredFile {
  /** Also the id of its public link: 20 lower-case alphanumerics. */
  id: string;
  /** Undefined for a guest's upload. */
  accountId: string | undefined;
  /** Undefined exactly when `accountId` is. */
  folderId: number | undefined;
  /** Byte-exact; duplicates within a folder are legal. */
  name: string;
  blobKey: string;
  sizeBytes: number;
  /** Whirlpool, 128 lower-case hexadecimal digits. */
  whirlpool: string;
  contentType: string;
  /** Link domain, 0 to 10. */
  domain: number;
  description: string;
  passwordHash: string | undefined;
  accessList: AccessList | undefined;
  isInline: boolean;
  isSslDisabled: boolean;
  isCdn: boolean;
  removalCode: string;
  createdAt: Date;
}

/** Stored bytes and what identifies them. */
export interface Blob {
  key: string;
  whirlpool: string;
  sizeBytes: number;
  createdAt: Date;
}
