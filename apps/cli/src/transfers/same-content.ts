import { lstat, stat } from "node:fs/promises";
import { systemCode, systemFailure } from "@consigne/contract/system-reasons";
import { type Client, isLocalFileError } from "@consigne/sdk";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import { hashFile, type Hasher } from "../sync/trees/hash-file.ts";

/** What a listing says about the bytes of a file. */
export interface RemoteContent {
  sizeBytes: number;
  whirlpool: string | undefined;
  isDamaged: boolean;
}

/** Checks the destination of a file: a folder is never replaced. @throws {CliError} `conflict` */
export async function refuseFolder(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory() !== true) return;
  throw new CliError("conflict", `${visible(path)} is a folder here; a file cannot have the same name.`, {
    exitCode: exitCodes.conflict,
  });
}

/**
 * Whether a local file has the same content as a remote one; its bytes are only read if the sizes agree. Undefined if
 * there is no local file. A damaged remote file matches nothing.
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
 * Like `holdsSame`, for a file that must not be replaced: if it is unreadable it stays as well, so its content does not
 * matter.
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
 * Whether a file on the server equals the local one, using the method `compare`. A file that recently arrived in parts
 * gets its Whirlpool checksum later than its listing, but its manifest at once.
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
    // If it is read again, the usual message appears; otherwise it does not matter.
    if (isLocalFileError(error)) return undefined;
    throw error;
  });
  if (isSame !== undefined) return isSame;
  const { whirlpool } = await client.files.info(remote.url, { signal });
  return (await compare(hasher, path, { ...remote, whirlpool }, signal)) === true;
}

/**
 * Whether a remote file may have a local path that nobody chose: nothing is there, or already the same. Unreadable
 * things do not block it; writing there will report the problem.
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
