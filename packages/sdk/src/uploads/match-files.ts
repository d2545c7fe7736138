import type { UploadedFile } from "./upload-report.ts";

/** What was sent, to compare with what arrived. */
export interface SentFile {
  name: string;
  sizeBytes: number;
  /** Undefined if its bytes were not read to the end. */
  whirlpool: string | undefined;
}

export interface FileMatches<Sent extends SentFile> {
  /** Each sent file with its match. */
  found: { sent: Sent; file: UploadedFile }[];
  /** Right name and size, but other bytes. */
  damaged: { sent: Sent; file: UploadedFile }[];
  missing: Sent[];
}

/**
 * Matches what was sent with what is there. The order of a report means nothing; several files may be equal, and each
 * of them needs its own match. The name counts least, since servers change characters that they do not allow.
 * @param isSameName whether two different names may still belong to one file; in the report of an upload any two may
 */
export function matchFiles<Sent extends SentFile>(
  sent: readonly Sent[],
  files: readonly UploadedFile[],
  isSameName: (sent: string, stored: string) => boolean = () => true,
): FileMatches<Sent> {
  const left = new Set(files);
  let missing = [...sent];
  const take = (isSame: (sent: Sent, file: UploadedFile) => boolean) => {
    const pairs: { sent: Sent; file: UploadedFile }[] = [];
    missing = missing.filter((each) => {
      const file = [...left].find((candidate) => isSame(each, candidate));
      if (file === undefined) return true;
      left.delete(file);
      pairs.push({ sent: each, file });
      return false;
    });
    return pairs;
  };
  const hasSameBytes = (each: Sent, file: UploadedFile): boolean =>
    each.sizeBytes === file.sizeBytes && each.whirlpool === file.whirlpool;
  const found = [
    ...take((each, file) => each.name === file.name && hasSameBytes(each, file)),
    ...take((each, file) => hasSameBytes(each, file) && isSameName(each.name, file.name)),
    // A report without checksums can only be taken at its word.
    ...take((each, file) => file.whirlpool === "" && each.name === file.name && each.sizeBytes === file.sizeBytes),
  ];
  const damaged = take(
    (each, file) => each.name === file.name && file.whirlpool !== "" && each.whirlpool !== undefined,
  );
  return { found, damaged, missing };
}
