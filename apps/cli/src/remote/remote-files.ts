import { namedSo, writtenName } from "@consigne/contract/remote-names";
import type { Client, FileEntry, FolderListing } from "@consigne/sdk";
import { CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import { findRemote } from "./find-remote.ts";
import { readRemotePath, type RemotePath, remotePathText } from "./remote-path.ts";

/** What was named on a command line: a path of the account, or the link of any file. */
export type RemoteTarget = { path: RemotePath; link?: undefined } | { link: string; path?: undefined };

/** @throws {UsageError} for a local path */
export function readTarget(text: string): RemoteTarget {
  return /^https?:\/\//i.test(text) ? { link: text } : { path: readRemotePath(text) };
}

/** The profile that all of these paths agree on. @throws {UsageError} when they do not */
export function profileOf(targets: readonly RemoteTarget[]): string | undefined {
  const [first, ...others] = targets.flatMap(({ path }) => (path === undefined ? [] : [path.profile]));
  if (others.some((profile) => profile !== first)) {
    throw new UsageError("The paths belong to different profiles; one command works with one account.");
  }
  return first;
}

/** Enough of a file to fetch, copy or describe it. */
export type NamedFile = Pick<FileEntry, "url" | "name" | "sizeBytes" | "whirlpool"> & { entry: FileEntry };

export type FoundTarget =
  | { kind: "file"; file: NamedFile; parent: FolderListing | undefined; text: string }
  | { kind: "folder"; listing: FolderListing; text: string };

interface FindTargetOptions {
  signal: AbortSignal;
  password?: string | undefined;
  prefers?: "file" | "folder";
}

/** The newest file of a name, a folder, or the file behind a link. @throws {CliError} when it is not there */
export async function findTarget(
  client: Client,
  target: RemoteTarget,
  { signal, password, prefers }: FindTargetOptions,
): Promise<FoundTarget> {
  if (target.path === undefined) {
    const entry = await client.files.info(target.link, { signal, password });
    const { name, sizeBytes, whirlpool } = entry;
    return {
      kind: "file",
      file: { url: target.link, name, sizeBytes, whirlpool, entry },
      parent: undefined,
      text: name,
    };
  }
  const found = await findRemote(client, target.path, { signal, ...(prefers === undefined ? {} : { prefers }) });
  const text = remotePathText(target.path);
  if (found.kind === "folder") return { kind: "folder", listing: found.listing, text };
  const [entry] = found.files;
  const { url, name, sizeBytes, whirlpool } = entry;
  return { kind: "file", file: { url, name, sizeBytes, whirlpool, entry }, parent: found.parent, text };
}

/** As `findTarget`, of a file. @throws {CliError} for a folder */
export async function findFile(client: Client, target: RemoteTarget, options: FindTargetOptions) {
  const found = await findTarget(client, target, { ...options, prefers: "file" });
  if (found.kind === "file") return found;
  throw new CliError("is-folder", `${visible(found.text)} is a folder; name a file.`, { exitCode: exitCodes.usage });
}

/** Before bytes are asked for that cannot come. @throws {CliError} `damaged` */
export function requireSound({ isDamaged }: Pick<FileEntry, "isDamaged">, text: string): void {
  if (!isDamaged) return;
  throw new CliError(
    "damaged",
    `${visible(text)} is damaged on the server and cannot be fetched. Upload the same file again to restore it.`,
  );
}

/** As `findTarget`, of a folder. @throws {CliError} for a file */
export async function findFolder(client: Client, target: RemoteTarget, options: FindTargetOptions) {
  const found = await findTarget(client, target, options);
  if (found.kind === "folder") return found;
  throw new CliError("is-file", `${visible(found.text)} is a file; name a folder.`, { exitCode: exitCodes.usage });
}

/** A path that may not be there yet: the folder it leads to, or the folder above and the name in it. */
export type Destination =
  | { kind: "folder"; id: number; listing: FolderListing; text: string }
  /** `name` is spelled as it is to be written. */
  | { kind: "new"; parent: FolderListing; name: string; text: string };

/** @throws {CliError} when the folder above is not there, or a file stands where a folder is meant */
export async function findDestination(client: Client, path: RemotePath, signal: AbortSignal): Promise<Destination> {
  const text = remotePathText(path);
  const name = path.segments.at(-1);
  if (name === undefined || path.isFolderMeant) {
    const { listing } = await findFolder(client, { path }, { signal });
    return { kind: "folder", id: listing.id, listing, text };
  }
  const above = { ...path, segments: path.segments.slice(0, -1), isFolderMeant: true };
  const { listing: parent } = await findFolder(client, { path: above }, { signal });
  const [folder] = namedSo(parent.folders, name);
  if (folder === undefined) {
    const [file] = namedSo(parent.files ?? [], name);
    return { kind: "new", parent, name: writtenName(file?.name ?? name), text };
  }
  const listing = await client.folders.get(folder.id, { withFiles: true, signal });
  return { kind: "folder", id: folder.id, listing, text };
}
