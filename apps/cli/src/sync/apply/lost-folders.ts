import { piecesOf } from "../trees/pieces.ts";
import { LINKS_PER_CALL } from "../trees/remote-store.ts";
import type { RemoteStore } from "../trees/remote-store.ts";

/** What became of a file whose folder somebody removed while it was on its way. */
export const FOLDER_LOST = "its folder was removed from the server during the run, so the file was not stored.";

/** Folders of the remote that have vanished during a run, so that the server is not asked again for each file. */
export class LostFolders {
  readonly #remote: RemoteStore;
  readonly #rootId: () => Promise<number>;
  readonly #paths: string[] = [];

  constructor(remote: RemoteStore, rootId: () => Promise<number>) {
    this.#remote = remote;
    this.#rootId = rootId;
  }

  has(path: string): boolean {
    return this.#paths.some((lost) => lost === "" || path === lost || path.startsWith(`${lost}/`));
  }

  /** With it all below it is lost, and where the target itself has gone, everything. */
  async add(path: string, signal: AbortSignal): Promise<void> {
    if (this.has(path)) return;
    this.#paths.push(path);
    try {
      await this.#remote.list(await this.#rootId(), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (this.#remote.kindOf(error) === "gone") this.#paths.push("");
    }
  }
}

/**
 * Removes files that lie in the root although they were sent into a folder, and answers which: hosts that do not refuse
 * them store them there when the folder has vanished. Links tell them from files of anybody else.
 */
export async function removeMisplaced(
  remote: RemoteStore,
  sentUrls: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<string[]> {
  if (remote.refusesLostFolders || sentUrls.size === 0) return [];
  const { files } = await remote.list(0, signal);
  const misplaced = files.map(({ url }) => url).filter((url) => sentUrls.has(url));
  for (const urls of piecesOf(misplaced, LINKS_PER_CALL)) await remote.remove(urls, signal);
  return misplaced;
}
