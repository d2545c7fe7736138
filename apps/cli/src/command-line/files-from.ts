import { readFile, stat } from "node:fs/promises";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import type { CommandCall, QuietValues } from "./command.ts";
import { UsageError } from "./errors.ts";
import type { OptionSpec } from "./option.ts";
import type { PasswordValues } from "./password-option.ts";
import { visible } from "./visible-text.ts";

const MOST_BYTES = 256 * 1024 ** 2;

export const filesFromOption = {
  flags: "--files-from <file>",
  description: "read paths from a file, one per line or separated by NUL; - for standard input",
  completes: "local",
} as const satisfies OptionSpec;
export interface FilesFromValues {
  readonly filesFrom: string | undefined;
}

/** The paths in `--files-from`, byte for byte; undefined without it. @throws {UsageError} if it cannot be read */
export async function readFilesFrom({ options, input }: CommandCall<FilesFromValues>): Promise<string[] | undefined> {
  const path = options.filesFrom;
  if (path === undefined) return undefined;
  const bytes = path === "-" ? await readAll(input) : await readList(path);
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  let lines: string[];
  try {
    const read = text.decode(bytes);
    lines = read.split(read.includes("\0") ? "\0" : /\r?\n/);
  } catch {
    throw new UsageError(`${listNamed(path)} contains names that are not valid UTF-8.`);
  }
  return lines.filter((line) => line !== "");
}

/** Whether an empty list was given: then there is nothing to do, and a note says so. */
export function isEmptyList(
  { options, output }: CommandCall<FilesFromValues & QuietValues>,
  listed: readonly string[] | undefined,
): boolean {
  if (listed === undefined || listed.length > 0) return false;
  if (!options.quiet) output.note(`${listNamed(options.filesFrom ?? "")} is empty; nothing was done.`);
  return true;
}

/**
 * @throws {UsageError} if more than one thing would be read from standard input; `sources` are paths, or - for standard
 *   input
 */
export function refuseSharedInput(
  { options }: CommandCall<FilesFromValues & PasswordValues>,
  sources: readonly string[] = [],
): void {
  const uses = [options.passwordStdin, options.filesFrom === "-", sources.includes("-")];
  if (uses.filter(Boolean).length > 1) {
    throw new UsageError("Standard input can be only one of these: the password, the list of files or the file.");
  }
}

async function readList(path: string): Promise<Uint8Array> {
  try {
    if ((await stat(path)).size > MOST_BYTES) throw tooLong(path);
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === undefined || error instanceof UsageError) throw error;
    throw new UsageError(`${listNamed(path)} cannot be read: ${reasonOf(error)}.`);
  }
}

async function readAll(input: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of input) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > MOST_BYTES) throw tooLong("-");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const listNamed = (path: string): string => (path === "-" ? "The list on standard input" : `The list ${visible(path)}`);

const tooLong = (path: string) => new UsageError(`${listNamed(path)} is longer than ${MOST_BYTES} bytes.`);
