import { piecesOf } from "../trees/pieces.ts";
import { LINKS_PER_CALL } from "../trees/remote-store.ts";
import type { RemoteStore } from "../trees/remote-store.ts";

/** Shown for a file whose folder somebody removed during the transfer. */
export const FOLDER_LOST = "its folder was removed from the server during the run, so the file was not stored.";

/** Remote folders that have vanished during a run, so that the server is not asked again for each file. */
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

  /** Marks it as lost with everything below it or, if the target itself is gone, everything. */
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
 * Removes files that ended up in the root although they were sent into a folder, and returns which: if a folder has
 * vanished, hosts that do not refuse them store them there. Their links distinguish them from other files.
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
