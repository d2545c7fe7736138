import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";

/** Rows removed per transaction; other writers get their turn in between. */
const ROWS_PER_STEP = 500;
/** Steps per call; the rest follows with the next housekeeping. */
const MOST_STEPS = 40;

/**
 * Permanently removes some of what has ended, older versions once nothing else is left; returns how much, 0 if there
 * was nothing. Runs in a transaction.
 */
export async function sweepTrash(
  rows: Repositories,
  which: { accountId?: string | undefined; now: Date },
): Promise<number> {
  const { removed, blobIds } = await rows.trash.sweep(ROWS_PER_STEP, which.accountId);
  if (removed === 0) return sweepVersions(rows, which);
  await rows.discardedBytes.add(await rows.blobs.removeUnreferenced(blobIds), which.now);
  return removed;
}

/** The same for older versions only. */
export async function sweepVersions(
  rows: Repositories,
  { accountId, now }: { accountId?: string | undefined; now: Date },
): Promise<number> {
  const { removed, blobIds } = await rows.versions.sweep(ROWS_PER_STEP, accountId);
  await rows.discardedBytes.add(await rows.blobs.removeUnreferenced(blobIds), now);
  return removed;
}

/** Removes what has ended, for one account or all, as far as one call may. */
export async function sweepEnded(
  { database, remover, clock }: { database: Database; remover: BytesRemover; clock: Clock },
  accountId?: string,
): Promise<void> {
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const swept = await database.transaction((rows) => sweepTrash(rows, { accountId, now: clock.now() }));
    if (swept === 0) return;
    remover.wake();
  }
}
