import type { Account } from "../accounts/account.ts";
import { yieldAhead } from "../accounts/quota.ts";
import { mapBounded } from "../bounded.ts";
import { isDomainError } from "../errors.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import type { AccountActor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import { batchRefusal } from "../storage/storage-refusal.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { isCertainlyUndone, requireUploader, type UploadRules } from "../uploads/upload.ts";
import { requireStored } from "../uploads/upload-filing.ts";
import { versionDaysOf } from "../versions/version-access.ts";
import { type ArrivedBatchFile, type BatchFiling, fileBatch } from "./batch-filing.ts";
import type { BatchGroup } from "./batch-group.ts";
import { isOfOneFile } from "./batch-path.ts";
import type { BatchOutcome, BatchOptions } from "./batch.ts";

const REMOVALS_AT_ONCE = 16;

export interface BatchCommitParts {
  database: Database;
  blobs: BlobStore;
  clock: Clock;
  space: StorageSpace;
  remover: BytesRemover;
  maxEntries: number;
  usualVersionDays: number;
  rules: UploadRules;
  actor: AccountActor;
  owner: Account;
  options: BatchOptions;
  tell(outcomes: readonly BatchOutcome[]): void;
}

/** Makes groups of files durable one after the other, each in one transaction. Stops after a failure. */
export class BatchCommits {
  readonly healedBlobIds: string[] = [];
  readonly #parts: BatchCommitParts;
  readonly #metered: Pick<ReturnType<TransferMeter["beginUpload"]>, "stored">;
  readonly #ending = new AbortController();
  #last: Promise<void> = Promise.resolve();
  #running = 0;

  constructor(parts: BatchCommitParts, metered: Pick<ReturnType<TransferMeter["beginUpload"]>, "stored">) {
    this.#parts = parts;
    this.#metered = metered;
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  get isBusy(): boolean {
    return this.#running > 0;
  }

  /** Resolves when the previous group is done; never rejects. */
  add(group: BatchGroup): Promise<void> {
    const before = this.#last;
    this.#running += 1;
    this.#last = this.#commitAfter(before, group);
    return before;
  }

  /** Resolves when no work is running any more. @throws the first failure */
  async settle(): Promise<void> {
    await this.#last;
    this.signal.throwIfAborted();
  }

  /** Discards the bytes of a group that was not stored. Never rejects. */
  async drop({ share, files }: BatchGroup): Promise<void> {
    const came = await Promise.allSettled(files.map(({ arriving }) => arriving));
    await this.#remove(came.flatMap((each) => (each.status === "fulfilled" ? [each.value.blobKey] : [])));
    share.end();
  }

  async #commitAfter(before: Promise<void>, group: BatchGroup): Promise<void> {
    await before;
    try {
      await (this.signal.aborted ? this.drop(group) : this.#commit(group));
    } catch (error) {
      if (!this.signal.aborted) this.#ending.abort(batchRefusal(error));
    } finally {
      this.#running -= 1;
    }
  }

  async #commit(group: BatchGroup): Promise<void> {
    const { blobs, space } = this.#parts;
    const { arrived, failed, failure } = await whatCame(group);
    try {
      if (failure !== undefined) throw failure.reason;
      await requireStored(
        blobs,
        arrived.map(({ received }) => received),
      );
      await space.takeRows(arrived.length);
    } catch (error) {
      await this.drop(group);
      throw error;
    }
    const outcomes = await this.#file(group, arrived);
    if (outcomes.length + failed.length > 0) this.#parts.tell([...failed, ...outcomes]);
  }

  async #file(group: BatchGroup, arrived: readonly ArrivedBatchFile[]): Promise<readonly BatchOutcome[]> {
    const noteFiled = group.share.end();
    if (arrived.length === 0) return [];
    let filing: BatchFiling;
    try {
      filing = await this.#makeRows(arrived);
    } catch (error) {
      // The rows may have been committed all the same. When in doubt, keep the bytes; at worst they are left over.
      if (isCertainlyUndone(error)) await this.#remove(arrived.map(({ received }) => received.blobKey));
      if (!isDomainError(error, "quota-exceeded") && !isDomainError(error, "too-busy")) throw error;
      return arrived.map(({ number }) => ({ number, outcome: "failed", error }));
    }
    noteFiled();
    this.#metered.stored(filing.stored.files, filing.stored.bytes);
    this.healedBlobIds.push(...filing.healedBlobIds);
    if (filing.hasDiscarded) this.#parts.remover.wake();
    await this.#remove(filing.unusedKeys);
    return filing.outcomes;
  }

  async #makeRows(arrived: readonly ArrivedBatchFile[]): Promise<BatchFiling> {
    const { database, clock, owner, actor, rules, options, maxEntries, usualVersionDays } = this.#parts;
    const now = clock.now();
    const sizes = arrived.map(({ received }) => received.sizeBytes);
    await yieldAhead(database, owner, sizes, now);
    return transactionAs(database, actor, async (rows, caller) => {
      requireUploader(caller, rules, now);
      const daysOf = (account: Account) => versionDaysOf(account, usualVersionDays);
      return fileBatch(rows, caller, arrived, { options, maxEntries, daysOf, now });
    });
  }

  /** What is left behind has no row; the storage check removes it once it is old. */
  async #remove(keys: readonly string[]): Promise<void> {
    const { blobs } = this.#parts;
    await mapBounded(keys, REMOVALS_AT_ONCE, (key) => blobs.remove(key).catch(() => undefined));
  }
}

/** `failure`: why the batch ends; otherwise each failed file has its outcome. */
async function whatCame({ files }: BatchGroup): Promise<{
  arrived: ArrivedBatchFile[];
  failed: BatchOutcome[];
  failure: PromiseRejectedResult | undefined;
}> {
  const arrived: ArrivedBatchFile[] = [];
  const failed: BatchOutcome[] = [];
  let failure: PromiseRejectedResult | undefined;
  const came = await Promise.allSettled(files.map(({ arriving }) => arriving));
  for (const [at, { number, folder, folders }] of files.entries()) {
    const result = came[at];
    if (result?.status === "fulfilled") arrived.push({ number, folder, folders, received: result.value });
    else if (result !== undefined && isOfOneFile(result.reason)) {
      failed.push({ number, outcome: "failed", error: result.reason });
    } else failure ??= result;
  }
  return { arrived, failed, failure };
}
