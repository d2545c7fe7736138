import { DomainError } from "../errors.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { TrashUsage } from "../trash/trash.ts";
import { sweepTrash, sweepVersions } from "../trash/trash-sweep.ts";
import type { Account } from "./account.ts";
import { planInForce } from "./plans.ts";
import { endAll, listOldest, type OldestOf, usageBeside } from "./yielding.ts";

type QuotaRows = Pick<Repositories, "files" | "partUploads" | "trash" | "versions">;

const LACKS_ROOM = "what lies in the trash and older versions give way to new files";
/** Per transaction: several uploads that end at the same time may each have found that little has to be freed. */
const MOST_YIELDING = 2000;

/**
 * Why the account cannot take each of some new files, in their order; undefined for those that fit together. A file
 * that is too large is skipped, so that smaller ones behind it can still fit. Trash and older versions do not count,
 * because they are removed to make room; call `requireRoom` and `requireEntries` for those that fit, in the same
 * transaction.
 */
export async function refusalsOf(
  rows: Pick<Repositories, "accounts" | "files" | "partUploads">,
  account: Account,
  addedSizes: readonly number[],
  { most, now }: { most: number; now: Date },
): Promise<(DomainError | undefined)[]> {
  const { storageQuotaBytes = Infinity } = planInForce(account, now);
  let entriesLeft = most - (await rows.accounts.countEntries(account.id));
  const { sizeBytes: storedBytes } = await rows.files.getUsage(account.id);
  let bytesLeft = storageQuotaBytes - storedBytes - (await rows.partUploads.getHeld(account.id)).sizeBytes;
  return addedSizes.map((size) => {
    if (entriesLeft < 1) return fullOf(most);
    if (size > bytesLeft) return overQuota(storageQuotaBytes);
    entriesLeft -= 1;
    bytesLeft -= size;
    return undefined;
  });
}

const fullOf = (most: number) =>
  new DomainError("quota-exceeded", `An account can have at most ${most} files and folders; nothing was stored.`);

const overQuota = (quotaBytes: number | undefined) =>
  new DomainError("quota-exceeded", `This would exceed the quota of ${quotaBytes} bytes; nothing was stored.`);

/**
 * Rows are limited too, whatever the plan: call inside the transaction that adds files or folders. Trash and older
 * versions count, and the oldest of them are removed to make room; but not the entry `spared`, which is being restored.
 * @returns whether bytes were freed
 * @throws {DomainError} `quota-exceeded`
 */
export async function requireEntries(
  rows: Repositories,
  account: Pick<Account, "id">,
  { added, most, spared, now }: { added: number; most: number; spared?: number | undefined; now: Date },
): Promise<boolean> {
  const wanted = (await rows.accounts.countEntries(account.id)) + added;
  if (wanted > most) throw fullOf(most);
  const lacking = wanted + (await usageBeside(rows, account.id)).count - most;
  if (lacking <= 0) return false;
  const yielded = await yieldOldest(rows, account.id, { count: lacking, sizeBytes: 0 }, { spared, now });
  if (!yielded.isEnough) throw fullOf(most);
  return yielded.hasDiscarded;
}

/**
 * Removes the oldest trash and older versions, and frees their bytes immediately as long as that is little work.
 * Otherwise, filling the trash again and again would take more disk space than any quota allows.
 */
async function yieldOldest(
  rows: Repositories,
  accountId: string,
  wanted: TrashUsage,
  { spared, now }: { spared?: number | undefined; now: Date },
): Promise<{ isEnough: boolean; hasDiscarded: boolean }> {
  let { count, sizeBytes } = wanted;
  const isEnough = () => count <= 0 && sizeBytes <= 0;
  for (let left = MOST_YIELDING; left > 0 && !isEnough();) {
    const ending: OldestOf[] = [];
    for (const each of await listOldest(rows, accountId, spared)) {
      if (isEnough()) break;
      ending.push(each);
      count -= each.count;
      sizeBytes -= each.sizeBytes;
    }
    if (ending.length === 0) break;
    left -= ending.length;
    await endAll(rows, ending, LACKS_ROOM);
  }
  const swept = (await sweepTrash(rows, { accountId, now })) + (await sweepVersions(rows, { accountId, now }));
  return { isEnough: isEnough(), hasDiscarded: swept > 0 };
}

/**
 * Call before the transaction that adds files. If so many small trash entries and versions must go that other writers
 * would have to wait, they are removed in steps. Otherwise nothing changes.
 */
export async function yieldAhead(
  database: Database,
  account: Account,
  addedSizes: readonly number[],
  now: Date,
): Promise<void> {
  for (;;) {
    const { lacking } = await lookAtQuota(database, account, addedSizes, now);
    if (lacking <= 0) return;
    const oldest = await listOldest(database, account.id);
    const bytes = oldest.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (lacking <= bytes || oldest.length === 0) return;
    await database.transaction(async (rows) => endAll(rows, await listOldest(rows, account.id), LACKS_ROOM));
  }
}

/**
 * Trash and older versions count, and the oldest of them are removed to make room. Call inside the transaction that
 * adds the files, so that parallel uploads cannot pass the limit together; call `yieldAhead` before it.
 * @returns whether bytes were freed
 * @throws {DomainError} `quota-exceeded`, `file-too-large`, `too-busy` where others added much since `yieldAhead`
 */
export async function requireRoom(
  rows: Repositories,
  account: Account,
  addedSizes: readonly number[],
  now: Date,
): Promise<boolean> {
  const lacking = await requireQuota(rows, account, addedSizes, now);
  if (lacking <= 0) return false;
  const yielded = await yieldOldest(rows, account.id, { count: 0, sizeBytes: lacking }, { now });
  if (yielded.isEnough) return yielded.hasDiscarded;
  throw new DomainError(
    "too-busy",
    "The trash is still making room for other uploads; nothing was stored. Try again in a moment.",
  );
}

/**
 * Like `requireRoom`, but before the bytes arrive: nothing is removed yet.
 * @returns how many bytes of trash and versions would have to go
 * @throws {DomainError} `quota-exceeded`, `file-too-large`
 */
export async function requireQuota(
  rows: QuotaRows,
  account: Account,
  addedSizes: readonly number[],
  now: Date,
): Promise<number> {
  const { plan, lacking, isOver } = await lookAtQuota(rows, account, addedSizes, now);
  const { maxFileBytes, storageQuotaBytes } = plan;
  if (maxFileBytes !== undefined && addedSizes.some((size) => size > maxFileBytes)) {
    throw new DomainError(
      "file-too-large",
      `The ${plan.title} plan accepts files of up to ${maxFileBytes} bytes; nothing was stored.`,
    );
  }
  if (isOver) throw overQuota(storageQuotaBytes);
  return lacking;
}

/** How many bytes of trash and versions have to go; `isOver`: even that would not be enough. */
async function lookAtQuota(rows: QuotaRows, account: Account, addedSizes: readonly number[], now: Date) {
  const plan = planInForce(account, now);
  const { storageQuotaBytes } = plan;
  if (storageQuotaBytes === undefined) return { plan, lacking: 0, isOver: false };
  const { sizeBytes } = await rows.files.getUsage(account.id);
  // Includes uploads in parts that are still running: each alone would fit.
  const held = await rows.partUploads.getHeld(account.id);
  const wanted = sizeBytes + addedSizes.reduce((sum, size) => sum + size, 0);
  if (wanted + held.sizeBytes > storageQuotaBytes) return { plan, lacking: 0, isOver: true };
  const { sizeBytes: bytesBeside } = await usageBeside(rows, account.id);
  // Nothing is removed for bytes that are only announced: they may never arrive.
  return { plan, lacking: wanted + held.receivedBytes + bytesBeside - storageQuotaBytes, isOver: false };
}
