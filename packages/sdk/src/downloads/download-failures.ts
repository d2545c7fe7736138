import { ChecksumMismatchError, LocalFileError } from "../errors.ts";
import type { Span } from "./span-set.ts";

/** @param isThere something has the name already */
export function wrongWhole(
  file: { path: string; isThere: boolean; isOriginal: boolean },
  expected: string,
  actual: string,
): ChecksumMismatchError {
  const end = file.isThere ? "your file was left as it is" : "nothing was kept";
  const message = `The checksum of ${file.path} is not the one the server has; ${end}.${adviceOf(file)}`;
  return new ChecksumMismatchError(message, { expected, actual });
}

export function wrongPart(file: { path: string; isOriginal: boolean }, [start, end]: Span): ChecksumMismatchError {
  const what = `The bytes ${start} to ${end - 1} of ${file.path} are not those the server says it has`;
  const message = `${what}, however often they are fetched; the others are kept for the next attempt.${adviceOf(file)}`;
  return new ChecksumMismatchError(message, { expected: "", actual: "" });
}

export const takenOver = (path: string): LocalFileError =>
  new LocalFileError(`${path} was removed or taken over by another program; nothing was kept.`, { path });

const adviceOf = ({ isOriginal }: { isOriginal: boolean }): string =>
  isOriginal
    ? ""
    : " If this happens again, ask the server's operator to run `consigne-server fsck --deep`, which finds damaged files.";
