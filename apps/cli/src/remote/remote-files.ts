import { writtenName } from "@consigne/contract/remote-names";
import type { FileEntry, FolderListing } from "@consigne/sdk";
import { CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import { findRemote, notThere, type Server } from "./find-remote.ts";
import { fromNewest, lookUp, twoOfOneName } from "./look-up.ts";
import { makeMissing, type WalkedPath, walkFolders } from "./make-folders.ts";
import { readAnyPath, type RemotePath, remotePathText, requireOwn } from "./remote-path.ts";
import { requireWritable } from "./shared-root.ts";

/** What a command line names: a path in the account, or the link of any file. */
export type RemoteTarget = { path: RemotePath; link?: undefined } | { link: string; path?: undefined };

/** @throws {UsageError} for a local path */
export function readTarget(text: string): RemoteTarget {
  return /^https?:\/\//i.test(text) ? { link: text } : { path: readAnyPath(text) };
}

/**
 * Like `readTarget`, for the user's own files.
 * @param deed as for `requireOwn`
 * @throws {UsageError} as `readTarget` and `requireOwn`
 */
export function readOwnTarget(text: string, deed: string): RemoteTarget {
  const target = readTarget(text);
  if (target.path !== undefined) requireOwn(target.path, deed);
  return target;
}

/** The profile that all of these paths agree on. @throws {UsageError} if they do not */
export function profileOf(targets: readonly RemoteTarget[]): string | undefined {
  const [first, ...others] = targets.flatMap(({ path }) => (path === undefined ? [] : [path.profile]));
  if (others.some((profile) => profile !== first)) {
    throw new UsageError("The paths belong to different profiles; a command works with one account.");
  }
  return first;
}

/** Enough of a file to download, copy or describe it. */
export type NamedFile = Pick<FileEntry, "url" | "name" | "sizeBytes" | "whirlpool"> & { entry: FileEntry };

export type FoundTarget =
  | { kind: "file"; file: NamedFile; parent: FolderListing | undefined; text: string }
  | { kind: "folder"; listing: FolderListing; text: string };

interface FindTargetOptions {
  password?: string | undefined;
}

/** The newest file of a name, a folder, or the file behind a link. @throws {CliError} if it does not exist */
export async function findTarget(
  server: Server,
  target: RemoteTarget,
  { password }: FindTargetOptions = {},
): Promise<FoundTarget> {
  if (target.path === undefined) {
    const entry = await server.client.files.info(target.link, { signal: server.signal, password });
    const { name, sizeBytes, whirlpool } = entry;
    return {
      kind: "file",
      file: { url: target.link, name, sizeBytes, whirlpool, entry },
      parent: undefined,
      text: name,
    };
  }
  const found = await findRemote(server, target.path);
  const text = remotePathText(target.path);
  if (found.kind === "folder") return { kind: "folder", listing: found.listing, text };
  const [entry] = found.files;
  const { url, name, sizeBytes, whirlpool } = entry;
  return { kind: "file", file: { url, name, sizeBytes, whirlpool, entry }, parent: found.parent, text };
}

/** Like `findTarget`, for a file. @throws {CliError} for a folder */
export async function findFile(server: Server, target: RemoteTarget, options: FindTargetOptions = {}) {
  const found = await findTarget(server, target, options);
  if (found.kind === "file") return found;
  throw new CliError("is-folder", `${visible(found.text)} is a folder; name a file.`, { exitCode: exitCodes.usage });
}

/** Call before downloading bytes that the server would refuse. @throws {CliError} `blocked`, `damaged` */
export function requireSound(
  { isDamaged, isBlocked }: Pick<FileEntry, "isDamaged"> & Partial<Pick<FileEntry, "isBlocked">>,
  text: string,
): void {
  if (isBlocked === true) {
    throw new CliError(
      "blocked",
      `${visible(text)} was blocked by the operator of the server and cannot be fetched. Its bytes are kept; ask the operator why.`,
      { exitCode: exitCodes.authentication },
    );
  }
  if (!isDamaged) return;
  throw new CliError(
    "damaged",
    `${visible(text)} is damaged on the server and cannot be fetched. Upload the same file again to restore it.`,
  );
}

/** Like `findTarget`, for a folder. @throws {CliError} for a file */
export async function findFolder(server: Server, target: RemoteTarget) {
  const found = await findTarget(server, target);
  if (found.kind === "folder") return found;
  throw new CliError("is-file", `${visible(found.text)} is a file; name a folder.`, { exitCode: exitCodes.usage });
}

/** Where something should go. */
export type Destination = {
  /** Contents of the folder; empty if it does not exist yet. */
  contents: Pick<FolderListing, "folders" | "files">;
  /** The folder; undefined if it does not exist yet. */
  folderId: number | undefined;
  /** Id of the folder, which is made if it does not exist yet. */
  ensureFolder(): Promise<number>;
  text: string;
} & (
  | { kind: "folder" }
  /** A name in the folder, in the spelling to use, and the file that has it: the newest if several do. */
  | { kind: "new"; name: string; existing: FileEntry | undefined }
);

/**
 * Finds the destination for a path that may not exist yet. A path with a trailing slash is a folder, which is made if
 * missing; its parents are made with `makesParents`.
 * @throws {CliError} if the parent does not exist, or a file has the name of a folder
 */
export async function findDestination(
  server: Server,
  path: RemotePath,
  { makesParents = false, advice }: { makesParents?: boolean; advice?: string } = {},
): Promise<Destination> {
  const { segments } = path;
  // Nothing can be put beside the folders that somebody shares, so the name can only mean one of them.
  const isFolderMeant = path.isFolderMeant || (path.owner !== undefined && segments.length <= 1);
  const name = isFolderMeant ? undefined : segments.at(-1);
  const folder = { ...path, segments: name === undefined ? segments : segments.slice(0, -1) };
  const walked = await walkFolders(server, folder);
  const { listing, missing } = walked;
  const mayMake = makesParents || (isFolderMeant && missing.length <= 1);
  if (missing.length > 0 && !mayMake) {
    const above = name === undefined ? 0 : 1;
    throw notThere(path, segments.length - above - missing.length, advice);
  }
  if (name === undefined) {
    requireWritable(listing, folder);
    return { kind: "folder", ...placeIn(server, walked), text: remotePathText(path) };
  }
  const there = missing.length > 0 ? { folder: undefined, files: [] } : lookUp(listing, name);
  const [existing] = fromNewest(there.files);
  if (there.folder !== undefined && existing === undefined) {
    const inside = await server.client.folders.get(there.folder.id, { withFiles: true, signal: server.signal });
    requireWritable(inside, path);
    return { kind: "folder", ...placeIn(server, { listing: inside, missing: [] }), text: remotePathText(path) };
  }
  requireWritable(listing, folder);
  if (there.folder !== undefined) server.progress.note(`consigne: ${twoOfOneName(path)}.`);
  return { kind: "new", ...placeIn(server, walked), name: writtenName(name), existing, text: remotePathText(path) };
}

function placeIn(server: Server, walked: WalkedPath): Pick<Destination, "contents" | "folderId" | "ensureFolder"> {
  const isThere = walked.missing.length === 0;
  let created: Promise<number> | undefined;
  return {
    contents: isThere ? walked.listing : { folders: [], files: [] },
    folderId: isThere ? walked.listing.id : undefined,
    ensureFolder: () => (created ??= makeMissing(server, walked)),
  };
}
