import { opendir, stat } from "node:fs/promises";
import { SyncError } from "../trees/sync-error.ts";

/** Called before anything is removed: is the source still what was scanned? */
export interface SourceGuard {
  /** @throws {SyncError} `source-gone` */
  check(): Promise<void>;
}

/** Notices a local folder that was unmounted, replaced or emptied since the scan. */
export async function guardLocalSource(root: string): Promise<SourceGuard> {
  const first = await stat(root, { bigint: true });
  const wasEmpty = await isEmpty(root);
  return {
    async check() {
      const isThere = await stat(root, { bigint: true }).then(
        (now) => now.dev === first.dev && now.ino === first.ino && now.isDirectory(),
        () => false,
      );
      if (!isThere || (!wasEmpty && (await isEmpty(root)))) throw sourceGone(root);
    },
  };
}

/** The same for a remote folder whose scan gave `wasEmpty`; costs one call. */
export function guardRemoteSource(
  name: string,
  wasEmpty: boolean,
  list: () => Promise<{ folders: readonly unknown[]; files: readonly unknown[] }>,
): SourceGuard {
  return {
    async check() {
      const { folders, files } = await list();
      if (!wasEmpty && folders.length + files.length === 0) throw sourceGone(name);
    },
  };
}

function sourceGone(name: string): SyncError {
  return new SyncError(
    "source-gone",
    `The source ${name} disappeared or was emptied during the run. Nothing was removed from the target; what was sent stays.`,
  );
}

async function isEmpty(folder: string): Promise<boolean> {
  const entries = await opendir(folder, { bufferSize: 1 });
  try {
    return (await entries.read()) === null;
  } finally {
    await entries.close();
  }
}
