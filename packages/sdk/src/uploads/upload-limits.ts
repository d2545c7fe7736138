import type { ServerDescription } from "../calls/server-description.ts";
import { TooLargeError, UploadFailedError } from "../errors.ts";
import type { UploadSource } from "./upload-source.ts";

/** Files of one emission at most, as the original has it. */
const MAX_FILES = 500;

/**
 * What the server would refuse at the end of the sending is refused before it.
 * @throws {TooLargeError} a file, or all of them together, are larger than the server announces to take
 * @throws {UploadFailedError} there are more files than it takes at once
 */
export function requireWithinLimits(
  sources: readonly Pick<UploadSource, "name" | "sizeBytes">[],
  announced: ServerDescription["uploads"] | undefined,
): void {
  const maxFiles = Math.min(MAX_FILES, announced?.maxUploadFiles ?? MAX_FILES);
  if (sources.length > maxFiles) {
    throw new UploadFailedError(`One upload takes up to ${maxFiles} files, not ${sources.length}; nothing was sent.`);
  }
  const { maxFileBytes = Infinity, maxUploadBytes = Infinity } = announced ?? {};
  const largest = sources.toSorted((a, b) => b.sizeBytes - a.sizeBytes)[0];
  if (largest !== undefined && largest.sizeBytes > maxFileBytes) {
    const { name, sizeBytes } = largest;
    throw new TooLargeError(`${name} has ${sizeBytes} bytes; this server takes files of up to ${maxFileBytes}.`, {
      sizeBytes,
      limitBytes: maxFileBytes,
    });
  }
  const sizeBytes = sources.reduce((total, each) => total + each.sizeBytes, 0);
  if (sizeBytes > maxUploadBytes) {
    const message = `These files have ${sizeBytes} bytes; this server takes up to ${maxUploadBytes} in one upload.`;
    throw new TooLargeError(message, { sizeBytes, limitBytes: maxUploadBytes });
  }
}
