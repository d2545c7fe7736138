import type { BlobStore } from "../ports/blob-store.ts";
import { BlobStoreError, UnclearStoreError } from "../ports/blob-store.ts";
import type { Database } from "../ports/database.ts";
import { newRecordId } from "../random-ids.ts";
import { isUnwritable } from "../unwritable.ts";

/** As many contents are looked for where names do not tell. */
const LOOKED_FOR = 20;

/**
 * `own`: the store holds the bytes of these rows. `foreign`: those of others. `lost`: none that these rows name. `unknown`:
 * what the store is called, or what it holds, cannot be read.
 */
export type StoreMatch = "own" | "foreign" | "lost" | "unknown";

/** `unclear`: there is a name, but it says nothing. */
type NameOfStore = { id: string } | "none" | "unclear";

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
  let ofBytes: NameOfStore = "unclear";
  try {
    const ofRows = await parts.database.blobs.findStoreId();
    if (!mayBeAny) ofBytes = await nameOf(parts.blobs);
    else ofBytes = await nameOf(parts.blobs).catch(() => "unclear" as const);
    const named = typeof ofBytes === "object" ? ofBytes.id : undefined;
    if (ofRows !== undefined && ofRows === named) return "own";
    if (!mayBeAny) {
      if (ofRows !== undefined && named !== undefined) return "foreign";
      if (!(await fits(parts, ofBytes)))
        return ofBytes === "none" ? "lost" : ofBytes === "unclear" ? "unknown" : "foreign";
    }
  } catch (error) {
    if (error instanceof BlobStoreError) return "unknown";
    throw error;
  }
  try {
    await join(parts, ofBytes, mayBeAny);
  } catch (error) {
    // It is named by a later start.
    if (!isUnwritable(error) && !(error instanceof BlobStoreError)) throw error;
  }
  return "own";
}

async function nameOf(blobs: BlobStore): Promise<NameOfStore> {
  try {
    const id = await blobs.findId();
    return id === undefined ? "none" : { id };
  } catch (error) {
    if (error instanceof UnclearStoreError) return "unclear";
    throw error;
  }
}

/** In the rows first, whose transactions let one of several processes choose the name. */
async function join({ database, blobs }: Parts, ofBytes: NameOfStore, mayReplace: boolean): Promise<void> {
  const made = newRecordId();
  const named = typeof ofBytes === "object" ? ofBytes.id : undefined;
  const id = await database.transaction(async (rows) => {
    const known = await rows.blobs.findStoreId();
    const chosen = named ?? known ?? made;
    if (chosen !== known) await rows.blobs.setStoreId(chosen);
    return chosen;
  });
  if (named === undefined) await blobs.claimId(id, { mayReplace });
}

async function fits({ database, blobs }: Parts, ofBytes: NameOfStore): Promise<boolean> {
  const rows = await database.blobs.listPage(undefined, LOOKED_FOR);
  // Of contents that are marked it is known that their bytes may be gone.
  const sound = rows.filter(({ damagedAt }) => damagedAt === undefined);
  for (const { key } of sound) if ((await blobs.stat(key)) !== undefined) return true;
  // Where the rows name none, whatever lies there would be removed.
  if (ofBytes === "unclear") return sound.length === 0 && isEmpty(blobs);
  if (rows.length === 0) return ofBytes === "none" || isEmpty(blobs);
  return sound.length === 0;
}

async function isEmpty(blobs: BlobStore): Promise<boolean> {
  const listed = blobs.list()[Symbol.asyncIterator]();
  const { done } = await listed.next();
  await listed.return?.();
  return done === true;
}
