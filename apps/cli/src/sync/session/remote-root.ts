import { writtenName } from "@consigne/contract/remote-names";
import { exitCodes } from "../../command-line/exit-codes.ts";
import { visible } from "../../command-line/visible-text.ts";
import { lookUp, twoOfOneName } from "../../remote/look-up.ts";
import { type RemotePath, remotePathText } from "../../remote/remote-path.ts";
import type { PathStart } from "../../remote/shared-root.ts";
import { makeFolder } from "../apply/make-folder.ts";
import type { RemoteStore } from "../trees/remote-store.ts";
import { SyncError } from "../trees/sync-error.ts";

/** The remote folder of a sync, as far as it exists. */
export interface RemoteRoot {
  /** Undefined if it does not exist yet. */
  id: number | undefined;
  /** Makes the missing part of the path; returns the folder's id. */
  make(): Promise<number>;
}

/**
 * Finds a folder by its path: one call for each part of it after `start`. Names are found in any of their spellings.
 * @throws {SyncError} `not-a-folder` if a file is in its place, or beside it and the path has no trailing slash
 */
export async function findRemoteRoot(
  remote: Pick<RemoteStore, "list" | "makeFolder" | "kindOf">,
  path: RemotePath,
  signal: AbortSignal,
  start: PathStart = { folderId: 0, depth: 0 },
): Promise<RemoteRoot> {
  const names = path.segments;
  let id = start.folderId;
  for (const [depth, name] of names.entries()) {
    if (depth < start.depth) continue;
    const { folder: found, files } = lookUp(await remote.list(id, signal), name);
    const isFileMeant = depth === names.length - 1 && !path.isFolderMeant;
    if (files.length > 0 && found === undefined)
      throw notAFolder(whyNoFolder({ ...path, segments: names.slice(0, depth + 1) }));
    if (files.length > 0 && isFileMeant) throw notAFolder(twoOfOneName(path));
    if (found === undefined) return { id: undefined, make: () => makeBelow(remote, id, names.slice(depth), signal) };
    ({ id } = found);
  }
  return { id, make: () => Promise.resolve(id) };
}

const whyNoFolder = (path: RemotePath): string =>
  `${visible(remotePathText(path))} is a file on the server, not a folder`;

function notAFolder(why: string): SyncError {
  return new SyncError("not-a-folder", `${why}. Nothing was changed.`, { exitCode: exitCodes.conflict });
}

async function makeBelow(
  remote: Pick<RemoteStore, "list" | "makeFolder" | "kindOf">,
  parentId: number,
  names: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  let id = parentId;
  for (const name of names) ({ id } = await makeFolder(remote, id, writtenName(name), signal));
  return id;
}
