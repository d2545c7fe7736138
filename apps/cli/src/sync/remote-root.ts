import { makeFolder } from "./make-folder.ts";
import { fromRemoteName, toRemoteName } from "./remote-names.ts";
import type { RemoteStore } from "./remote-store.ts";

/** The remote folder a sync is about, as far as it exists. */
export interface RemoteRoot {
  /** Undefined when it is not there yet. */
  id: number | undefined;
  /** Makes what is missing of the path; answers the folder's id. */
  make(): Promise<number>;
}

/** Finds a folder by its path: one call for each part of it. Names are as a local path would have them. */
export async function findRemoteRoot(
  remote: Pick<RemoteStore, "list" | "makeFolder" | "kindOf">,
  names: readonly string[],
  signal: AbortSignal,
): Promise<RemoteRoot> {
  let id = 0;
  for (const [depth, name] of names.entries()) {
    const { folders } = await remote.list(id, signal);
    const found =
      folders.find((folder) => folder.name === name) ?? folders.find((f) => fromRemoteName(f.name) === name);
    if (found === undefined) return { id: undefined, make: () => makeBelow(remote, id, names.slice(depth), signal) };
    ({ id } = found);
  }
  return { id, make: () => Promise.resolve(id) };
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
