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

/** What was named on a command line: a path of the account, or the link of any file. */
export type RemoteTarget = { path: RemotePath; link?: undefined } | { link: string; path?: undefined };

/** @throws {UsageError} for a local path */
export function readTarget(text: string): RemoteTarget {
  return /^https?:\/\//i.test(text) ? { link: text } : { path: readAnyPath(text) };
}

/** As `readTarget`, of one's own. @param deed as of `requireOwn` @throws {UsageError} as that, and as `requireOwn` */
export function readOwnTarget(text: string, deed: string): RemoteTarget {
  const target = readTarget(text);
  if (target.path !== undefined) requireOwn(target.path, deed);
  return target;
}

/** The profile that all of these paths agree on. @throws {UsageError} when they do not */
export function profileOf(targets: readonly RemoteTarget[]): string | undefined {
  const [first, ...others] = targets.flatMap(({ path }) => (path === undefined ? [] : [path.profile]));
  if (others.some((profile) => profile !== first)) {
    throw new UsageError("The paths belong to different profiles; a command works with one account.");
  }
  return first;
}

/** Enough of a file to fetch, copy or describe it. */
export type NamedFile = Pick<FileEntry, "url" | "name" | "sizeBytes" | "whirlpool"> & { entry: FileEntry };

export type FoundTarget =
  | { kind: "file"; file: NamedFile; parent: FolderListing | undefined; text: string }
  | { kind: "folder"; listing: FolderListing; text: string };

interface FindTargetOptions {
  password?: string | undefined;
}

/** The newest file of a name, a folder, or the file behind a link. @throws {CliError} when it is not there */
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

/** As `findTarget`, of a file. @throws {CliError} for a folder */
export async function findFile(server: Server, target: RemoteTarget, options: FindTargetOptions = {}) {
  const found = await findTarget(server, target, options);
  if (found.kind === "file") return found;
  throw new CliError("is-folder", `${visible(found.text)} is a folder; name a file.`, { exitCode: exitCodes.usage });
}

/** Before bytes are asked for that cannot come. @throws {CliError} `blocked`, `damaged` */
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

/** As `findTarget`, of a folder. @throws {CliError} for a file */
export async function findFolder(server: Server, target: RemoteTarget) {
  const found = await findTarget(server, target);
  if (found.kind === "folder") return found;
  throw new CliError("is-file", `${visible(found.text)} is a file; name a folder.`, { exitCode: exitCodes.usage });
}

/** Where something is to go. */
export type Destination = {
  /** What is in the folder; nothing is in one that is not there yet. */
  contents: Pick<FolderListing, "folders" | "files">;
  /** The folder; undefined when it is not there yet. */
  folderId: number | undefined;
  /** Id of the folder, which is made where it is not there yet. */
  ensureFolder(): Promise<number>;
  text: string;
} & (
  | { kind: "folder" }
  /** A name in the folder, spelled as it is to be written, and the file that has it: the newest where several do. */
  | { kind: "new"; name: string; existing: FileEntry | undefined }
);

/**
 * Finds where a path leads that may not be there yet. One with a slash at its end is a folder, and is made where it is
 * not there; those above it are made with `makesParents`.
 * @throws {CliError} when the folder above is not there, or a file stands where a folder is meant
 */
export async function findDestination(
  server: Server,
  path: RemotePath,
  { makesParents = false, advice }: { makesParents?: boolean; advice?: string } = {},
): Promise<Destination> {
  const { segments } = path;
  // What somebody shares lies in no folder that something could be put into: its name can mean nothing else.
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
  let made: Promise<number> | undefined;
  return {
    contents: isThere ? walked.listing : { folders: [], files: [] },
    folderId: isThere ? walked.listing.id : undefined,
    ensureFolder: () => (made ??= makeMissing(server, walked)),
  };
}
