import type { LinkUse } from "../links/link.ts";
import type { AccessList } from "../policy/access-list.ts";

/** A file as people see, name and link it. Several files may share one blob. */
export interface StoredFile {
  /** Also the id of its public link: 20 lower-case alphanumerics. */
  readonly id: string;
  /** Undefined for a guest's upload. */
  readonly accountId: string | undefined;
  /** Undefined exactly when `accountId` is. */
  readonly folderId: number | undefined;
  /** Byte-exact; duplicates within a folder are legal. */
  readonly name: string;
  /** Of the content; stays the same when its bytes are replaced. */
  readonly blobId: string;
  /** Where its bytes lie now. */
  readonly blobKey: string;
  /** The stored bytes were found missing, short or changed: nothing is sent or copied from them. */
  readonly isDamaged: boolean;
  /** The operator has blocked this content: nobody gets it, and only its owner sees that there is such a file. */
  readonly isBlocked: boolean;
  readonly sizeBytes: number;
  /** Whirlpool, 128 lower-case hexadecimal digits; undefined until it is computed, of what came by parts a moment ago. */
  readonly whirlpool: string | undefined;
  readonly contentType: string;
  /** Link domain, 0 to 10. */
  readonly domain: number;
  readonly description: string;
  readonly passwordHash: string | undefined;
  readonly accessList: AccessList | undefined;
  /** Undefined for an own link without rules: it is on, and never ends. */
  readonly ownLink?: LinkUse | undefined;
  readonly isInline: boolean;
  readonly isSslDisabled: boolean;
  readonly isCdn: boolean;
  readonly removalCode: string;
  readonly createdAt: Date;
}

/** A file without what its owner may make long: of a thousand files at once, this much is held. */
export type BriefFile = Omit<StoredFile, "description" | "accessList">;

export function briefFile({ description: _description, accessList: _accessList, ...brief }: StoredFile): BriefFile {
  return brief;
}

/** What lists tell of a file: nothing whose length its owner chooses, but the name. */
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

/** As those see it from whom links are hidden: nothing of it leads to its link. */
export function withoutLink<Each extends { readonly id: string }>(file: Each): Each {
  return { ...file, id: "" };
}

/** A stored content: what identifies it, and where its bytes lie. */
export interface Blob {
  /** What files refer to. Never changes. */
  readonly id: string;
  /** Of the bytes in the blob store. New bytes of the same content take the place of the old ones. */
  readonly key: string;
  /** Undefined until it is computed: until then it is no other content's equal. */
  readonly whirlpool: string | undefined;
  readonly sizeBytes: number;
  readonly createdAt: Date;
  /** When a check found these bytes missing, short or changed. */
  readonly damagedAt: Date | undefined;
  /** The digests of all its leaves are known, see `ManifestRepository`. */
  readonly hasLeaves: boolean;
}

/** The digests of its leaves come after it. */
export type NewBlob = Omit<Blob, "hasLeaves">;
