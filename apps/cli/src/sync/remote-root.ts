import { exitCodes } from "../command-line/exit-codes.ts";
import { visible } from "../command-line/visible-text.ts";
import { remotePathText } from "../remote/remote-path.ts";
import { makeFolder } from "./make-folder.ts";
import { fromRemoteName, toRemoteName } from "./remote-names.ts";
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
 * Finds a folder by its path: one call for each part of it. Names are as a local path would have them.
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
    const found = withName(folders, name);
    if (found === undefined && withName(files, name) !== undefined) throw fileInTheWay(names.slice(0, depth + 1));
    if (found === undefined) return { id: undefined, make: () => makeBelow(remote, id, names.slice(depth), signal) };
    ({ id } = found);
  }
  return { id, make: () => Promise.resolve(id) };
}

function withName<Entry extends { name: string }>(entries: readonly Entry[], name: string): Entry | undefined {
  return entries.find((each) => each.name === name) ?? entries.find((each) => fromRemoteName(each.name) === name);
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
  for (const name of names) ({ id } = await makeFolder(remote, id, toRemoteName(name), signal));
  return id;
}
