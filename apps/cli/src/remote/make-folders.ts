import { writtenName } from "@consigne/contract/remote-names";
import { type FolderListing, isConflictError } from "@consigne/sdk";
import type { Server } from "./find-remote.ts";
import { fileInTheWay, lookUp } from "./look-up.ts";
import type { RemotePath } from "./remote-path.ts";
import { startOf } from "./shared-root.ts";

/** The existing folders of a path, and the names that are missing. */
export interface WalkedPath {
  listing: FolderListing;
  missing: readonly string[];
}

/**
 * One call for each existing folder; the missing part of a path comes last.
 * @throws {CliError} `conflict` if a file has the next name
 */
export async function walkFolders(server: Server, path: Pick<RemotePath, "segments" | "owner">): Promise<WalkedPath> {
  const { client, signal } = server;
  const { segments } = path;
  const start = await startOf(server, path);
  let listing = await client.folders.get(start.folderId, { withFiles: true, signal });
  for (const [index, name] of segments.entries()) {
    if (index < start.depth) continue;
    const { folder, files } = lookUp(listing, name);
    if (folder === undefined && files.length > 0)
      throw fileInTheWay({ ...path, segments: segments.slice(0, index + 1) });
    if (folder === undefined) return { listing, missing: segments.slice(index) };
    listing = await client.folders.get(folder.id, { withFiles: true, signal });
  }
  return { listing, missing: [] };
}

/**
 * Makes what is missing; returns the id of the last folder.
 * @param mayBeThere somebody else may do the same at the same time; true by default
 */
export async function makeMissing(
  { client, signal }: Server,
  { listing, missing }: WalkedPath,
  { mayBeThere = true }: { mayBeThere?: boolean } = {},
): Promise<number> {
  let { id } = listing;
  for (const name of missing) {
    const parentId = id;
    try {
      ({ id } = await client.folders.create(writtenName(name), { parentId, signal }));
    } catch (error) {
      if (!mayBeThere || !isConflictError(error)) throw error;
      const { folder } = lookUp(await client.folders.get(parentId, { signal, isFresh: true }), name);
      if (folder === undefined) throw error;
      ({ id } = folder);
    }
  }
  return id;
}
