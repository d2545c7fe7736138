import type { ServerDescription } from "../calls/server-description.ts";
import { TooLargeError, UploadFailedError } from "../errors.ts";
import { sentFileName } from "./file-name.ts";
import type { UploadSource } from "./upload-source.ts";

/** Most files in one upload, as on 1fichier.com. */
const MAX_FILES = 500;
/** Most bytes in a name, as on our servers; no other server accepts more. */
const MAX_NAME_BYTES = 1024;
/** Characters of a name that a message shows. */
const SHOWN_CHARACTERS = 60;

/**
 * Refuses in advance what the server would refuse after everything was sent.
 * @throws {TooLargeError} a file, all of them together, or a name are larger than the server accepts
 * @throws {UploadFailedError} there are more files than it accepts at once
 */
export function requireWithinLimits(
  sources: readonly Pick<UploadSource, "name" | "sizeBytes">[],
  announced: ServerDescription["uploads"] | undefined,
): void {
  const maxFiles = Math.min(MAX_FILES, announced?.maxUploadFiles ?? MAX_FILES);
  if (sources.length > maxFiles) {
    throw new UploadFailedError(
      `An upload can contain up to ${maxFiles} files, not ${sources.length}; nothing was sent.`,
    );
  }
  for (const { name } of sources) requireShortName(sentFileName(name));
  const { maxFileBytes = Infinity, maxUploadBytes = Infinity } = announced ?? {};
  const largest = sources.toSorted((a, b) => b.sizeBytes - a.sizeBytes)[0];
  if (largest !== undefined && largest.sizeBytes > maxFileBytes) {
    const { name, sizeBytes } = largest;
    throw new TooLargeError(`${name} has ${sizeBytes} bytes; this server accepts files of up to ${maxFileBytes}.`, {
      sizeBytes,
      limitBytes: maxFileBytes,
    });
  }
  const sizeBytes = sources.reduce((total, each) => total + each.sizeBytes, 0);
  if (sizeBytes > maxUploadBytes) {
    const message = `These files have ${sizeBytes} bytes; this server accepts up to ${maxUploadBytes} in one upload.`;
    throw new TooLargeError(message, { sizeBytes, limitBytes: maxUploadBytes });
  }
}

/** A server refuses the whole upload for one such name, after all of it was sent. */
function requireShortName(name: string): void {
  const sizeBytes = new TextEncoder().encode(name).byteLength;
  if (sizeBytes <= MAX_NAME_BYTES) return;
  const shown = [...name].slice(0, SHOWN_CHARACTERS).join("");
  const message = `The name "${shown}…" has ${sizeBytes} bytes; a name can have at most ${MAX_NAME_BYTES}.`;
  throw new TooLargeError(message, { sizeBytes, limitBytes: MAX_NAME_BYTES });
}
