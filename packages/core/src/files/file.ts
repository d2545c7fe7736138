import type { LinkUse } from "../links/link.ts";
import type { AccessList } from "../policy/access-list.ts";

/** A file as people see, name and link to it. Several files may share one blob. */
export interface StoredFile {
  /** Also the id of its public link: 20 lower-case alphanumerics. */
  readonly id: string;
  /** Undefined for a guest's upload. */
  readonly accountId: string | undefined;
  /** Undefined exactly when `accountId` is. */
  readonly folderId: number | undefined;
  /** Byte-exact; duplicates within a folder are legal. */
  readonly name: string;
  /** The blob with the file's content. Unchanged if its bytes are replaced by the same ones. */
  readonly blobId: string;
  /** Current storage key of its bytes. */
  readonly blobKey: string;
  /** A check found the stored bytes missing, short or changed: nothing is sent or copied from them. */
  readonly isDamaged: boolean;
  /** The operator has blocked this content: nobody can download it, and only the owner sees that the file exists. */
  readonly isBlocked: boolean;
  readonly sizeBytes: number;
  /**
   * Whirlpool checksum, 128 lower-case hexadecimal digits; undefined until it is computed for a recent upload in parts.
   */
  readonly whirlpool: string | undefined;
  readonly contentType: string;
  /** Link domain, 0 to 10. */
  readonly domain: number;
  readonly description: string;
  readonly passwordHash: string | undefined;
  readonly accessList: AccessList | undefined;
  /** Undefined for the file's own link without rules: it is active and never expires. */
  readonly ownLink?: LinkUse | undefined;
  readonly isInline: boolean;
  readonly isSslDisabled: boolean;
  readonly isCdn: boolean;
  readonly removalCode: string;
  readonly createdAt: Date;
}

/** A file without the fields of unlimited length, so that a thousand can be held in memory. */
export type BriefFile = Omit<StoredFile, "description" | "accessList">;

export function briefFile({ description: _description, accessList: _accessList, ...brief }: StoredFile): BriefFile {
  return brief;
}

/** The fields of a file in lists: apart from the name, nothing whose length its owner chooses. */
export interface ListedFile extends Pick<
  StoredFile,
  | "id"
  | "name"
  | "blobId"
  | "isDamaged"
  | "isBlocked"
  | "sizeBytes"
  | "whirlpool"
  | "contentType"
  | "domain"
  | "isCdn"
  | "createdAt"
> {
  readonly hasPassword: boolean;
  /** It has an access list. */
  readonly isRestricted: boolean;
}

/** The file as people see it from whom links are hidden: nothing in it leads to its link. */
export function withoutLink<Each extends { readonly id: string }>(file: Each): Each {
  return { ...file, id: "" };
}

/** A stored content: its identity, and where its bytes are. */
export interface Blob {
  /** Referenced by files. Never changes. */
  readonly id: string;
  /** Storage key of the bytes. New bytes of the same content replace the old ones under a new key. */
  readonly key: string;
  /** Undefined until it is computed; until then no other content is considered identical. */
  readonly whirlpool: string | undefined;
  readonly sizeBytes: number;
  readonly createdAt: Date;
  /** When a check found these bytes missing, short or changed. */
  readonly damagedAt: Date | undefined;
  /** The digests of all its leaves are stored, see `ManifestRepository`. */
  readonly hasLeaves: boolean;
}

/** The digests of its leaves are added later. */
export type NewBlob = Omit<Blob, "hasLeaves">;
