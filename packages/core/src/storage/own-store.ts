import type { BlobStore } from "../ports/blob-store.ts";
import { BlobStoreError, UnclearStoreError } from "../ports/blob-store.ts";
import type { Database } from "../ports/database.ts";
import { newRecordId } from "../random-ids.ts";
import { isUnwritable } from "../unwritable.ts";

/** How many contents to look for if the ids do not decide. */
const LOOKED_FOR = 20;

/**
 * `own`: the store holds the bytes of these rows. `foreign`: those of other rows. `lost`: none that these rows name.
 * `unknown`: the store's id or contents cannot be read.
 */
export type StoreMatch = "own" | "foreign" | "lost" | "unknown";

/** `unclear`: there is an id, but it cannot be read. */
type NameOfStore = { id: string } | "none" | "unclear";

interface Parts {
  database: Pick<Database, "blobs" | "transaction">;
  blobs: BlobStore;
}

/**
 * Checks whether rows and bytes belong together: with a wrong store, or an empty one where a disk is not mounted, all
 * files would look damaged, and the store's bytes, which have no rows, would be removed. Rows and a store from an
 * earlier release, or from one of its backups, have no id yet, and get one if they match.
 * @param mayBeAny accepts the store whatever it holds
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
    // A later start will give it an id.
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

/** In the rows first: their transactions make sure that only one of several processes chooses the id. */
async function join({ database, blobs }: Parts, ofBytes: NameOfStore, mayReplace: boolean): Promise<void> {
  const fresh = newRecordId();
  const named = typeof ofBytes === "object" ? ofBytes.id : undefined;
  const id = await database.transaction(async (rows) => {
    const known = await rows.blobs.findStoreId();
    const chosen = named ?? known ?? fresh;
    if (chosen !== known) await rows.blobs.setStoreId(chosen);
    return chosen;
  });
  if (named === undefined) await blobs.claimId(id, { mayReplace });
}

async function fits({ database, blobs }: Parts, ofBytes: NameOfStore): Promise<boolean> {
  const rows = await database.blobs.listPage(undefined, LOOKED_FOR);
  // For marked contents it is known that their bytes may be gone.
  const sound = rows.filter(({ damagedAt }) => damagedAt === undefined);
  for (const { key } of sound) if ((await blobs.stat(key)) !== undefined) return true;
  // If there are no rows, everything in the store would be removed.
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
