import { DomainError } from "../errors.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { TrashUsage } from "../trash/trash.ts";
import { sweepTrash } from "../trash/trash-sweep.ts";
import type { Account } from "./account.ts";
import { planInForce } from "./plans.ts";

const ENTRIES_PER_STEP = 250;
/** Of one transaction: uploads that end at the same time may all have found that little has to yield. */
const MOST_YIELDING = 2000;

/**
 * Rows are finite too, whatever the plan: call inside the transaction that adds files or folders. What lies in the trash
 * counts, and the oldest of it gives way to what is added; but not the entry `spared`, which is being put back.
 * @returns whether bytes were given up
 * @throws {DomainError} `quota-exceeded`
 */
export async function requireEntries(
  rows: Repositories,
  account: Pick<Account, "id">,
  { added, most, spared, now }: { added: number; most: number; spared?: number | undefined; now: Date },
): Promise<boolean> {
  const full = () =>
    new DomainError("quota-exceeded", `An account may have ${most} files and folders; nothing was stored.`);
  const wanted = (await rows.accounts.countEntries(account.id)) + added;
  if (wanted > most) throw full();
  const trash = await rows.trash.getUsage(account.id);
  const lacking = wanted + trash.count - most;
  if (lacking <= 0) return false;
  const yielded = await yieldOldest(rows, account.id, { count: lacking, sizeBytes: 0 }, { spared, now });
  if (!yielded.isEnough) throw full();
  return yielded.hasDiscarded;
}

/**
 * Ends the oldest of the trash, and gives up its bytes here and now, as far as that is little work: whoever fills the trash
 * over and over would otherwise have more on the disk than any quota allows.
 */
async function yieldOldest(
  rows: Repositories,
  accountId: string,
  wanted: TrashUsage,
  { spared, now }: { spared?: number | undefined; now: Date },
): Promise<{ isEnough: boolean; hasDiscarded: boolean }> {
  const most = MOST_YIELDING;
  const { isEnough } = await rows.trash.endOldest(
    accountId,
    wanted,
    spared === undefined ? { most } : { spared, most },
  );
  return { isEnough, hasDiscarded: (await sweepTrash(rows, { accountId, now })) > 0 };
}

/**
 * Ahead of the transaction that adds files: where so many small entries of the trash have to yield that others who write
 * would wait for it, they yield in steps. Else nothing is changed.
 */
export async function yieldAhead(
  database: Database,
  account: Account,
  addedSizes: readonly number[],
  now: Date,
): Promise<void> {
  for (;;) {
    const { lacking } = await lookAtQuota(database, account, addedSizes, now);
    if (lacking <= 0 || lacking <= (await database.trash.sumOldest(account.id, ENTRIES_PER_STEP))) return;
    const wanted = { count: 0, sizeBytes: lacking };
    const { of } = await database.trash.endOldest(account.id, wanted, { most: ENTRIES_PER_STEP });
    if (of.size === 0) return;
  }
}

/**
 * What lies in the trash counts, and the oldest of it gives way to what is added.
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
  const { plan, lacking, isOver } = await lookAtQuota(rows, account, addedSizes, now);
  const { maxFileBytes, storageQuotaBytes } = plan;
  if (maxFileBytes !== undefined && addedSizes.some((size) => size > maxFileBytes)) {
    throw new DomainError(
      "file-too-large",
      `The ${plan.title} plan takes files up to ${maxFileBytes} bytes; nothing was stored.`,
    );
  }
  if (isOver) {
    throw new DomainError(
      "quota-exceeded",
      `This would exceed the quota of ${storageQuotaBytes} bytes; nothing was stored.`,
    );
  }
  if (lacking <= 0) return false;
  const yielded = await yieldOldest(rows, account.id, { count: 0, sizeBytes: lacking }, { now });
  if (yielded.isEnough) return yielded.hasDiscarded;
  throw new DomainError("too-busy", "The trash still makes room for other uploads; nothing was stored. Try again.");
}

/** How many bytes of the trash have to yield; `isOver`: it would not be enough. */
async function lookAtQuota(
  rows: Pick<Repositories, "files" | "trash">,
  account: Account,
  addedSizes: readonly number[],
  now: Date,
) {
  const plan = planInForce(account, now);
  const { storageQuotaBytes } = plan;
  if (storageQuotaBytes === undefined) return { plan, lacking: 0, isOver: false };
  const { sizeBytes } = await rows.files.getUsage(account.id);
  const wanted = sizeBytes + addedSizes.reduce((sum, size) => sum + size, 0);
  if (wanted > storageQuotaBytes) return { plan, lacking: 0, isOver: true };
  const trash = await rows.trash.getUsage(account.id);
  return { plan, lacking: wanted + trash.sizeBytes - storageQuotaBytes, isOver: false };
}
