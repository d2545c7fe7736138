import { DomainError } from "../errors.ts";
import type { Repositories } from "../ports/database.ts";
import type { Account } from "./account.ts";
import { planInForce } from "./plans.ts";

/**
 * Rows are finite too, whatever the plan: call inside the transaction that adds files or folders. What lies in the trash
 * counts, and the oldest of it gives way to what is added.
 * @throws {DomainError} `quota-exceeded`
 */
export async function requireEntries(
  rows: Pick<Repositories, "accounts" | "trash">,
  account: Pick<Account, "id">,
  { added, most }: { added: number; most: number },
): Promise<void> {
  const wanted = (await rows.accounts.countEntries(account.id)) + added;
  if (wanted > most)
    throw new DomainError("quota-exceeded", `An account may have ${most} files and folders; nothing was stored.`);
  const trash = await rows.trash.getUsage(account.id);
  if (wanted + trash.count <= most) return;
  await rows.trash.endOldest(account.id, { count: wanted + trash.count - most, sizeBytes: 0 });
}

/**
 * What lies in the trash counts, and the oldest of it gives way to what is added.
 * Call inside the transaction that adds the files, so that parallel uploads cannot pass the limit together.
 * @throws {DomainError} `quota-exceeded`, `file-too-large`
 */
export async function requireRoom(
  rows: Pick<Repositories, "files" | "trash">,
  account: Account,
  addedSizes: readonly number[],
  now: Date,
): Promise<void> {
  const plan = planInForce(account, now);
  const { maxFileBytes, storageQuotaBytes } = plan;
  if (maxFileBytes !== undefined && addedSizes.some((size) => size > maxFileBytes)) {
    throw new DomainError(
      "file-too-large",
      `The ${plan.title} plan takes files up to ${maxFileBytes} bytes; nothing was stored.`,
    );
  }
  if (storageQuotaBytes === undefined) return;
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
  if (lacking > 0) await rows.trash.endOldest(account.id, { count: 0, sizeBytes: lacking });
}
