import { DomainError } from "../errors.ts";
import type { Repositories } from "../ports/database.ts";
import type { Account } from "./account.ts";
import { planInForce } from "./plans.ts";

/**
 * Call inside the transaction that adds the files, so that parallel uploads cannot pass the limit together.
 * @throws {DomainError} `quota-exceeded`, `file-too-large`
 */
export async function requireRoom(
  rows: Pick<Repositories, "files">,
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
      `This would go over the ${storageQuotaBytes} bytes of the plan; nothing was stored.`,
    );
  }
}
