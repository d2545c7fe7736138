import { DomainError } from "../errors.ts";
import type { Repositories } from "../ports/database.ts";
import type { TrashUsage } from "../trash/trash.ts";
import { sweepTrash } from "../trash/trash-sweep.ts";
import type { Account } from "./account.ts";
import { planInForce } from "./plans.ts";

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
  const isEnough = await rows.trash.endOldest(accountId, wanted, spared);
  return { isEnough, hasDiscarded: (await sweepTrash(rows, { accountId, now })) > 0 };
}

/**
 * What lies in the trash counts, and the oldest of it gives way to what is added.
 * Call inside the transaction that adds the files, so that parallel uploads cannot pass the limit together.
 * @returns whether bytes were given up
 * @throws {DomainError} `quota-exceeded`, `file-too-large`
 */
export async function requireRoom(
  rows: Repositories,
  account: Account,
  addedSizes: readonly number[],
  now: Date,
): Promise<boolean> {
  const plan = planInForce(account, now);
  const { maxFileBytes, storageQuotaBytes } = plan;
  if (maxFileBytes !== undefined && addedSizes.some((size) => size > maxFileBytes)) {
    throw new DomainError(
      "file-too-large",
      `The ${plan.title} plan takes files up to ${maxFileBytes} bytes; nothing was stored.`,
    );
  }
  if (storageQuotaBytes === undefined) return false;
  const { sizeBytes } = await rows.files.getUsage(account.id);
  const added = addedSizes.reduce((sum, size) => sum + size, 0);
  if (sizeBytes + added > storageQuotaBytes) {
    throw new DomainError(
      "quota-exceeded",
      `This would exceed the quota of ${storageQuotaBytes} bytes; nothing was stored.`,
    );
  }
  const trash = await rows.trash.getUsage(account.id);
  const lacking = sizeBytes + trash.sizeBytes + added - storageQuotaBytes;
  if (lacking <= 0) return false;
  return (await yieldOldest(rows, account.id, { count: 0, sizeBytes: lacking }, { now })).hasDiscarded;
}
