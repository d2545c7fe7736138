import { namedSo, writtenName } from "@consigne/contract/remote-names";
import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import { remotePathText } from "../remote/remote-path.ts";
import { makeFolder } from "./make-folder.ts";
import type { RemoteStore } from "./remote-store.ts";
import { SyncError } from "./sync-error.ts";

/** The remote folder a sync is about, as far as it exists. */
export interface RemoteRoot {
  /** Undefined when it is not there yet. */
  id: number | undefined;
  /** Makes what is missing of the path; answers the folder's id. */
  make(): Promise<number>;
}

/**
 * Finds a folder by its path: one call for each part of it. Names are found in any of their spellings.
 * @throws {SyncError} `not-a-folder` when a file stands in its place
 */
export async function findRemoteRoot(
  remote: Pick<RemoteStore, "list" | "makeFolder" | "kindOf">,
  names: readonly string[],
  signal: AbortSignal,
): Promise<RemoteRoot> {
  let id = 0;
  for (const [depth, name] of names.entries()) {
    const { folders, files } = await remote.list(id, signal);
    const [found] = namedSo(folders, name);
    if (found === undefined && namedSo(files, name).length > 0) throw fileInTheWay(names.slice(0, depth + 1));
    if (found === undefined) return { id: undefined, make: () => makeBelow(remote, id, names.slice(depth), signal) };
    ({ id } = found);
  }
  return { id, make: () => Promise.resolve(id) };
}

function fileInTheWay(names: readonly string[]): SyncError {
  const text = `${visible(remotePathText({ segments: names }))} is a file on the server and no folder; \`put\` and \`get\` carry files. Nothing was changed.`;
  return new SyncError("not-a-folder", text, { exitCode: exitCodes.conflict });
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
