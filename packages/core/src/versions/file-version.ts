import type { StoredFile } from "../files/file.ts";

/** What a file was before its bytes were replaced: the file has its id, its link and all else as it has them now. */
export interface FileVersion extends Pick<
  StoredFile,
  "blobId" | "blobKey" | "isDamaged" | "isBlocked" | "sizeBytes" | "whirlpool" | "contentType"
> {
  readonly id: number;
  readonly fileId: string;
  /** When these bytes came. */
  readonly storedAt: Date;
  readonly replacedAt: Date;
  /** It goes for good then, or earlier where the account lacks room. */
  readonly endsAt: Date;
  /** The key that replaced it; undefined for a person. */
  readonly replacedByKeyId: string | undefined;
}

/** So many versions of a file are kept; of more the oldest go. */
export const MOST_VERSIONS = 100;

/** The file as it was: with its link, its rules and its place of today. */
export function fileAt<File extends StoredFile>(file: File, version: FileVersion): File {
  const { blobId, blobKey, isDamaged, isBlocked, sizeBytes, whirlpool, contentType, storedAt } = version;
  return { ...file, blobId, blobKey, isDamaged, isBlocked, sizeBytes, whirlpool, contentType, createdAt: storedAt };
}
