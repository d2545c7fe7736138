import type { BlobStore } from "../ports/blob-store.ts";
import { BlobStoreError } from "../ports/blob-store.ts";
import type { Database } from "../ports/database.ts";
import { newRecordId } from "../random-ids.ts";
import { isUnwritable } from "../unwritable.ts";

/** As many contents are looked for where names do not tell. */
const LOOKED_FOR = 20;

/** `own`: the store holds the bytes of these rows. `foreign`: those of others. `lost`: none that these rows name. */
export type StoreMatch = "own" | "foreign" | "lost";

interface Parts {
  database: Pick<Database, "blobs" | "transaction">;
  blobs: BlobStore;
}

/**
 * Whether rows and bytes belong together: a wrong store, or an empty one where a disk is not mounted, would look as if all
 * files were damaged, and its bytes, which no row knows, would be removed. Rows and a store of an earlier version, or of
 * one of its backups, have no name yet, and get one where they fit.
 * @param mayBeAny takes the store whatever it holds
 */
export async function matchStore(parts: Parts, { mayBeAny = false } = {}): Promise<StoreMatch> {
  try {
    const ofRows = await parts.database.blobs.findStoreId();
    const ofBytes = await parts.blobs.findId();
    if (ofRows !== undefined && ofRows === ofBytes) return "own";
    if (!mayBeAny) {
      if (ofRows !== undefined && ofBytes !== undefined) return "foreign";
      if (!(await fits(parts, ofBytes !== undefined))) return ofBytes === undefined ? "lost" : "foreign";
    }
    await join(parts, ofBytes);
    return "own";
  } catch (error) {
    // It is named by a later start, and what cannot be read is told where it is asked for.
    if (isUnwritable(error) || error instanceof BlobStoreError) return "own";
    throw error;
  }
}

/** In the rows first, whose transactions let one of several processes choose the name. */
async function join({ database, blobs }: Parts, ofBytes: string | undefined): Promise<void> {
  const made = newRecordId();
  const id = await database.transaction(async (rows) => {
    const known = await rows.blobs.findStoreId();
    const chosen = ofBytes ?? known ?? made;
    if (chosen !== known) await rows.blobs.setStoreId(chosen);
    return chosen;
  });
  if (ofBytes === undefined) await blobs.claimId(id);
}

async function fits({ database, blobs }: Parts, isNamed: boolean): Promise<boolean> {
  const rows = await database.blobs.listPage(undefined, LOOKED_FOR);
  if (rows.length === 0) return !isNamed || (await isEmpty(blobs));
  // Of contents that are marked it is known that their bytes may be gone.
  const sound = rows.filter(({ damagedAt }) => damagedAt === undefined);
  for (const { key } of sound) if ((await blobs.stat(key)) !== undefined) return true;
  return sound.length === 0;
}

async function isEmpty(blobs: BlobStore): Promise<boolean> {
  const listed = blobs.list()[Symbol.asyncIterator]();
  const { done } = await listed.next();
  await listed.return?.();
  return done === true;
}
