import type { StoredFile } from "../files/file.ts";

/** An earlier content of a file. Everything else about the file (id, link and so on) is as it is now. */
export interface FileVersion extends Pick<
  StoredFile,
  "blobId" | "blobKey" | "isDamaged" | "isBlocked" | "sizeBytes" | "whirlpool" | "contentType"
> {
  readonly id: number;
  readonly fileId: string;
  /** When these bytes arrived. */
  readonly storedAt: Date;
  readonly replacedAt: Date;
  /** It is removed permanently then, or earlier if the account needs room. */
  readonly endsAt: Date;
  /** The key that replaced it; undefined for a person. */
  readonly replacedByKeyId: string | undefined;
}

/** The most versions kept of a file; beyond that the oldest are removed. */
export const MOST_VERSIONS = 100;

/** The file with its earlier content: link, rules and place are the current ones. */
export function fileAt<File extends StoredFile>(file: File, version: FileVersion): File {
  const { blobId, blobKey, isDamaged, isBlocked, sizeBytes, whirlpool, contentType, storedAt } = version;
  return { ...file, blobId, blobKey, isDamaged, isBlocked, sizeBytes, whirlpool, contentType, createdAt: storedAt };
}
