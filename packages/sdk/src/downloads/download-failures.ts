import { ChecksumMismatchError, LocalFileError } from "../errors.ts";
import type { Span } from "./span-set.ts";

/** @param isThere something already has the name */
export function wrongWhole(
  file: { path: string; isThere: boolean; isOriginal: boolean },
  expected: string,
  actual: string,
): ChecksumMismatchError {
  const end = file.isThere ? "your file was left as it is" : "nothing was kept";
  const message = `The checksum of ${file.path} does not match the server's; ${end}.${adviceOf(file)}`;
  return new ChecksumMismatchError(message, { expected, actual });
}

export function wrongPart(file: { path: string; isOriginal: boolean }, [start, end]: Span): ChecksumMismatchError {
  const what = `Bytes ${start} to ${end - 1} of ${file.path} do not match the server's checksum`;
  const message = `${what}, even after several attempts; the others are kept for the next attempt.${adviceOf(file)}`;
  return new ChecksumMismatchError(message, { expected: "", actual: "" });
}

export const takenOver = (path: string): LocalFileError =>
  new LocalFileError(`${path} was removed or replaced by another program; nothing was kept.`, { path });

const adviceOf = ({ isOriginal }: { isOriginal: boolean }): string =>
  isOriginal
    ? ""
    : " If this happens again, ask the server's operator to run `consigne-server fsck --deep`, which finds damaged files.";
