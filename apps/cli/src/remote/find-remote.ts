import type { FileEntry, FolderListing } from "@consigne/sdk";
import type { OpenClient } from "../client/open-client.ts";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import { fromNewest, lookUp, twoOfOneName } from "./look-up.ts";
import type { RemotePath } from "./remote-path.ts";
import { remotePathText } from "./remote-path.ts";
import { sharedBy, startOf } from "./shared-root.ts";

/** What is needed to look up a path. */
export interface Server extends Pick<OpenClient, "client" | "progress" | "signal"> {
  /** Folders that were already listed, by id; missing: each is requested again. */
  known?: Map<number, FolderListing>;
}

/** For looking up many paths before anything is changed: a folder that several have in common is listed once. */
export function rememberingFolders({ client, progress, signal }: Server): Server {
  return { client, progress, signal, known: new Map() };
}

async function listingOf({ client, signal, known }: Server, id: number): Promise<FolderListing> {
  const listing = known?.get(id) ?? (await client.folders.get(id, { withFiles: true, signal }));
  known?.set(id, listing);
  return listing;
}

/** What a path names: a folder with its contents, or the files of that name, newest first. */
export type FoundRemote =
  | { kind: "folder"; listing: FolderListing }
  | { kind: "file"; files: readonly [FileEntry, ...FileEntry[]]; parent: FolderListing };

/**
 * One call for each part of the path. Names are found in any of their spellings. If a file and a folder have the name,
 * a trailing slash means the folder; otherwise the file is meant, and a note says so. `mayList`: accepts everything
 * that somebody shares, as a folder, if the path names no folder in it.
 * @throws {CliError} if there is nothing of that name
 */
export async function findRemote(
  server: Server,
  path: RemotePath,
  { mayList = false }: { mayList?: boolean } = {},
): Promise<FoundRemote> {
  if (mayList && path.owner !== undefined && path.segments.length === 0)
    return { kind: "folder", listing: await sharedBy(server, path.owner) };
  const start = await startOf(server, path);
  let listing = await listingOf(server, start.folderId);
  for (const [index, name] of path.segments.entries()) {
    if (index < start.depth) continue;
    const isLast = index === path.segments.length - 1;
    const { folder, files } = lookUp(listing, name);
    const [newest, ...older] = isLast && !path.isFolderMeant ? fromNewest(files) : [];
    if (newest !== undefined) {
      if (folder !== undefined) server.progress.note(`consigne: ${twoOfOneName(path)}.`);
      return { kind: "file", files: [newest, ...older], parent: listing };
    }
    if (folder === undefined) throw notThere(path, index);
    listing = await listingOf(server, folder.id);
  }
  return { kind: "folder", listing };
}

/** `advice`: what to do about it, as the end of the sentence. */
export function notThere(path: Pick<RemotePath, "segments" | "owner">, index: number, advice = ""): CliError {
  const whole = visible(remotePathText(path));
  const missing = visible(path.segments[index] ?? "");
  const what = index === path.segments.length - 1 ? "" : `: there is no folder "${missing}"`;
  return new CliError("not-found", `${whole} is not on the server${what}${advice}.`, { exitCode: exitCodes.notFound });
}
