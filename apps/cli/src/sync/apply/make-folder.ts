import { sleep } from "@consigne/sdk/wait";
import type { RemoteStore } from "../trees/remote-store.ts";

const MOST_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;

/**
 * Makes a remote folder, or finds an existing one of that name. It may have been made by a call whose answer was lost,
 * or by somebody else: the listing shows that, so that no second one is made.
 */
export async function makeFolder(
  remote: Pick<RemoteStore, "list" | "makeFolder" | "kindOf">,
  parentId: number,
  name: string,
  signal: AbortSignal,
): Promise<{ id: number; isNew: boolean }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { id: await remote.makeFolder(parentId, name, signal), isNew: true };
    } catch (error) {
      const kind = remote.kindOf(error);
      if (kind !== "exists" && kind !== "network") throw error;
      const { folders } = await remote.list(parentId, signal);
      const found = folders.find((folder) => folder.name === name);
      if (found !== undefined) return { id: found.id, isNew: kind === "network" };
      if (kind === "exists" || attempt === MOST_ATTEMPTS) throw error;
    }
    await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), signal);
  }
}
