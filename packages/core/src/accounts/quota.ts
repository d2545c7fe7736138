import { DomainError } from "../errors.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { TrashUsage } from "../trash/trash.ts";
import { sweepTrash, sweepVersions } from "../trash/trash-sweep.ts";
import type { Account } from "./account.ts";
import { planInForce } from "./plans.ts";
import { endAll, listOldest, type OldestOf, usageBeside } from "./yielding.ts";

type QuotaRows = Pick<Repositories, "files" | "partUploads" | "trash" | "versions">;

const LACKS_ROOM = "what lies in the trash and older versions give way to new files";
/** Of one transaction: uploads that end at the same time may all have found that little has to yield. */
const MOST_YIELDING = 2000;

/**
 * Why the account cannot take each of some new files, in their order; undefined for those it has room for together. What is too
 * large is passed over, so that smaller ones find room behind it. Trash and older versions, which yield, take none; call
 * `requireRoom` and `requireEntries` for those that fit, in the same transaction.
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
 * Rows are finite too, whatever the plan: call inside the transaction that adds files or folders. What lies in the trash
 * counts, as older versions do, and the oldest of it gives way to what is added; but not the entry `spared`, which is being
 * put back.
 * @returns whether bytes were given up
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
 * Ends the oldest of the trash and of older versions, and gives up its bytes here and now, as far as that is little work:
 * whoever fills the trash over and over would otherwise have more on the disk than any quota allows.
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
 * Ahead of the transaction that adds files: where so many small entries of the trash and versions have to yield that others
 * who write would wait for it, they yield in steps. Else nothing is changed.
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
 * What lies in the trash counts, as older versions do, and the oldest of it gives way to what is added.
 * Call inside the transaction that adds the files, so that parallel uploads cannot pass the limit together; `yieldAhead`
 * before it.
 * @returns whether bytes were given up
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
 * As `requireRoom`, ahead of the bytes: nothing yields yet.
 * @returns how many bytes of trash and versions would have to yield
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

/** How many bytes of trash and versions have to yield; `isOver`: it would not be enough. */
async function lookAtQuota(rows: QuotaRows, account: Account, addedSizes: readonly number[], now: Date) {
  const plan = planInForce(account, now);
  const { storageQuotaBytes } = plan;
  if (storageQuotaBytes === undefined) return { plan, lacking: 0, isOver: false };
  const { sizeBytes } = await rows.files.getUsage(account.id);
  // Together with what is on its way in parts: each alone would fit.
  const held = await rows.partUploads.getHeld(account.id);
  const wanted = sizeBytes + addedSizes.reduce((sum, size) => sum + size, 0);
  if (wanted + held.sizeBytes > storageQuotaBytes) return { plan, lacking: 0, isOver: true };
  const { sizeBytes: bytesBeside } = await usageBeside(rows, account.id);
  // Nothing yields to bytes that are only announced: they may never come.
  return { plan, lacking: wanted + held.receivedBytes + bytesBeside - storageQuotaBytes, isOver: false };
}
