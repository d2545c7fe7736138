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
  /** Of the content; stays the same when its bytes are replaced. */
  blobId: string;
  /** Where its bytes lie now. */
  blobKey: string;
  /** The stored bytes were found missing, short or changed: nothing is sent or copied from them. */
  isDamaged: boolean;
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

/** What lists tell of a file: nothing whose length its owner chooses, but the name. */
export interface ListedFile extends Pick<
  StoredFile,
  "id" | "name" | "blobId" | "isDamaged" | "sizeBytes" | "whirlpool" | "contentType" | "domain" | "isCdn" | "createdAt"
> {
  hasPassword: boolean;
  /** It has an access list. */
  isRestricted: boolean;
}

/** A stored content: what identifies it, and where its bytes lie. */
export interface Blob {
  /** What files refer to. Never changes. */
  id: string;
  /** Of the bytes in the blob store. New bytes of the same content take the place of the old ones. */
  key: string;
  whirlpool: string;
  sizeBytes: number;
  createdAt: Date;
  /** When a check found these bytes missing, short or changed. */
  damagedAt: Date | undefined;
}
