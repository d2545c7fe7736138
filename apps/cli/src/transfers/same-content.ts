import { lstat, stat } from "node:fs/promises";
import { systemCode, systemFailure } from "@consigne/contract/system-reasons";
import { type Client, isLocalFileError } from "@consigne/sdk";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import { hashFile, type Hasher } from "../sync/trees/hash-file.ts";

/** What a listing tells of the bytes of a file. */
export interface RemoteContent {
  sizeBytes: number;
  whirlpool: string | undefined;
  isDamaged: boolean;
}

/** Where a file is to go: nothing replaces a folder. @throws {CliError} `conflict` */
export async function refuseFolder(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory() !== true) return;
  throw new CliError("conflict", `${visible(path)} is a folder here; a file cannot have the same name.`, {
    exitCode: exitCodes.conflict,
  });
}

/**
 * Whether a local file holds what a remote one does; the bytes are read only where the sizes agree. Undefined when
 * there is no local file. A damaged remote file holds nothing.
 */
export async function holdsSame(
  hasher: Hasher,
  path: string,
  remote: RemoteContent,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const found = await stat(path).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  if (remote.isDamaged || !found.isFile() || found.size !== remote.sizeBytes || remote.whirlpool === undefined)
    return false;
  return (await hashFile(path, hasher, signal)).whirlpool === remote.whirlpool;
}

/**
 * As `holdsSame`, for a file that nothing may replace: one that cannot be read stays as well, and nobody has to know
 * what is in it.
 */
export async function holdsSameAsFarAsKnown(...args: Parameters<typeof holdsSame>): Promise<boolean | undefined> {
  try {
    return await holdsSame(...args);
  } catch (error) {
    if (systemFailure(error)?.kind === "forbidden") return false;
    throw error;
  }
}

/**
 * Whether a file on the server is the local one, as `compare` has it. What came in parts a moment ago has its Whirlpool a
 * while after it is listed, and its manifest at once.
 */
export async function isOnServer(
  { client, hasher, signal }: { client: Client; hasher: Hasher; signal: AbortSignal },
  path: string,
  remote: RemoteContent & { url: string },
  compare: typeof holdsSame,
): Promise<boolean> {
  const isComputed = remote.whirlpool !== undefined || remote.isDamaged;
  const isPending = !isComputed && (await client.about())?.extensions.includes("manifests") === true;
  if (!isPending) return (await compare(hasher, path, remote, signal)) === true;
  const isSame = await client.downloads.isSame(remote.url, path, { signal }).catch((error: unknown) => {
    // Read once more it is told in the usual words, or does not matter.
    if (isLocalFileError(error)) return undefined;
    throw error;
  });
  if (isSame !== undefined) return isSame;
  const { whirlpool } = await client.files.info(remote.url, { signal });
  return (await compare(hasher, path, { ...remote, whirlpool }, signal)) === true;
}

/**
 * Whether a remote file may have a local path that nobody named: nothing is there, or the same already. What cannot be
 * looked at stands in nobody's way; writing there will tell why.
 */
export async function isFreeOrSame(
  hasher: Hasher,
  path: string,
  remote: RemoteContent,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return true;
  if (!found.isFile()) return false;
  try {
    return (await holdsSame(hasher, path, remote, signal)) !== false;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}
