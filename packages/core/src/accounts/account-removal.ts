import { setTimeout as sleep } from "node:timers/promises";
import { ACCOUNT_REMOVAL } from "../audit/audit-log.ts";
import { auditRecord } from "../audit/audit-trail.ts";
import { ArgumentError, DomainError } from "../errors.ts";
import { removeFilesAlone } from "../files/removed-files.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { JobAttempt } from "../jobs/job-kind.ts";
import { keyPages } from "../keys/own-keys.ts";
import { sweepTrash } from "../trash/trash-sweep.ts";
import type { Principal } from "../policy/actor.ts";
import { bySystem } from "../policy/by-system.ts";
import { transactionBy } from "../policy/fresh-actor.ts";
import { permitToSecure } from "../policy/permitted.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { RemovableAccountId } from "./account-repository.ts";
import type { Account } from "./account.ts";
import type { Usage } from "./usage.ts";

/** Files or folders per transaction, so that another server process waits only milliseconds. */
const STEP = 100;
/** The rows are free between two steps, so that waiting writers get them. */
const PAUSE_MS = 10;
const PAGE = 200;
const GOES_WITH_IT = "what an account has goes with it, and nobody is asked for each";

/** What is removed with an account. Each file has one link. */
export interface AccountHoldings extends Usage {
  /** Excluding the root. */
  folderCount: number;
  /** Public folders. */
  shareCount: number;
  keyCount: number;
}

/**
 * Removes an account and everything in it, step by step, while the server works. If it is interrupted, the account
 * stays locked and the next run continues.
 */
export class AccountRemoval {
  readonly #database: Database;
  readonly #remover: Pick<BytesRemover, "wake">;
  readonly #clock: Clock;

  constructor(input: { database: Database; remover: Pick<BytesRemover, "wake">; clock: Clock }) {
    this.#database = input.database;
    this.#remover = input.remover;
    this.#clock = input.clock;
  }

  /** @throws {DomainError} `last-administrator`, and `bad-argument` when the account is gone */
  async getHoldings(by: Principal, account: Account): Promise<AccountHoldings> {
    permitToSecure(by, account, { now: this.#clock.now() });
    await requireRemovable(this.#database, account.id);
    const { fileCount, sizeBytes } = await this.#database.files.getUsage(account.id);
    let keyCount = 0;
    for await (const page of keyPages(this.#database, account)) keyCount += page.length;
    const folderCount = (await this.#database.accounts.countEntries(account.id)) - fileCount;
    let shareCount = 0;
    for (let after: number | undefined; ;) {
      const page = await this.#database.folders.listShared(account.id, { after, limit: PAGE });
      shareCount += page.length;
      after = page.at(-1)?.id;
      if (page.length < PAGE) return { fileCount, sizeBytes, folderCount, shareCount, keyCount };
    }
  }

  /**
   * Returns what was removed. Unlocking the account meanwhile stops it.
   * @throws {DomainError} `last-administrator`, and `bad-argument` when the account is gone or was unlocked meanwhile
   */
  async run(by: Principal, account: Account): Promise<AccountHoldings> {
    const holdings = await this.getHoldings(by, account);
    const id = await this.#begin(by, account, holdings);
    await this.#removeAll(by, account, id, {
      transaction: (work) => this.#database.transaction(work),
      step: () => Promise.resolve(),
      requireStill: (rows) => requireLocked(rows, account),
    });
    return holdings;
  }

  /**
   * For the job: removes an account that its owner deleted, or continues an earlier attempt.
   * @throws {DomainError} `bad-argument` when the account is gone or was unlocked meanwhile
   */
  async removeDue(account: Account, attempt: Pick<JobAttempt, "commit" | "step">): Promise<void> {
    await this.#removeAll("server", account, bySystem(account.id, "its owner deleted it, and its time has come"), {
      transaction: (work) => attempt.commit(work),
      step: (name) => attempt.step(name),
      requireStill: (rows) => requireDeleted(rows, account),
    });
  }

  async #removeAll(by: Principal | "server", account: Account, id: RemovableAccountId, run: RemovalRun): Promise<void> {
    await this.#removeKeys(account, id, run);
    await run.step("keys removed");
    await this.#inSteps(run, "orders removed", async ({ remoteUploads, imports, partUploads }) => {
      const orders = (await remoteUploads.removeSomeByAccount(id)) || (await imports.removeSomeByAccount(id));
      return orders || partUploads.removeSomeByAccount(id);
    });
    await this.#inSteps(run, "versions ended", (rows) => endVersions(rows, account));
    await this.#inSteps(
      run,
      "files removed",
      async (rows) => (await this.#removeFiles(rows, account)) || this.#removeTrash(rows, account),
    );
    await this.#inSteps(run, "folders removed", (rows) => removeFolders(rows, account));
    await this.#finish(by, account, id, run);
  }

  /**
   * From here on nothing can be added to the account, and its running transfers end. What was permitted here is then
   * carried out.
   */
  async #begin(by: Principal, account: Account, holdings: AccountHoldings): Promise<RemovableAccountId> {
    const now = this.#clock.now();
    return transactionBy(this.#database, by, async (rows, caller) => {
      const id = permitToSecure(caller, account, { now });
      await requireRemovable(rows, account.id);
      await rows.accounts.update(id, { isLocked: true });
      await rows.sessions.removeByAccount(id, { ending: { as: "ended elsewhere", at: now } });
      const details = { email: account.email, ...holdings };
      await rows.audit.append([auditRecord(caller, now, { action: ACCOUNT_REMOVAL, objectId: id, details })]);
      return id;
    });
  }

  async #removeKeys(account: Account, accountId: RemovableAccountId, run: RemovalRun): Promise<void> {
    await run.transaction(async (rows) => {
      await run.requireStill(rows);
      for await (const page of keyPages(rows, account)) {
        await rows.downloadTokens.removeByApiKeys(page.map(({ id }) => bySystem(id, GOES_WITH_IT)));
      }
      await rows.apiKeys.removeByAccount(accountId);
      await rows.downloadTokens.removeKeylessByAccount(accountId);
    });
  }

  async #inSteps(run: RemovalRun, name: string, remove: (rows: Repositories) => Promise<number>): Promise<void> {
    for (;;) {
      const removed = await run.transaction(async (rows) => {
        await run.requireStill(rows);
        return remove(rows);
      });
      if (removed === 0) return;
      await run.step(name);
      this.#remover.wake();
      await sleep(PAUSE_MS);
    }
  }

  async #removeFiles(rows: Repositories, account: Account): Promise<number> {
    const files = await rows.files.listByAccount(account.id, { limit: STEP });
    await removeFilesAlone(
      rows,
      files.map(({ id, blobId }) => ({ id: bySystem(id, GOES_WITH_IT), blobId })),
      this.#clock.now(),
    );
    return files.length;
  }

  async #removeTrash(rows: Repositories, { id: accountId }: Account): Promise<number> {
    const entries = await rows.trash.list(accountId, { limit: STEP });
    await rows.trash.end(entries.map(({ id }) => bySystem(id, GOES_WITH_IT)));
    return entries.length + (await sweepTrash(rows, { accountId, now: this.#clock.now() }));
  }

  async #finish(by: Principal | "server", account: Account, id: RemovableAccountId, run: RemovalRun): Promise<void> {
    const now = this.#clock.now();
    await run.transaction(async (rows) => {
      await run.requireStill(rows);
      await rows.apiKeys.removeByAccount(id);
      await rows.sessions.forgetByAccount(id);
      await rows.mailedTokens.removeByAccount(id);
      await rows.accounts.remove(id);
      const details = { email: account.email };
      await rows.audit.append([auditRecord(by, now, { action: "account.removed", objectId: account.id, details })]);
    });
  }
}

/** Older versions are removed with the trash. */
async function endVersions({ versions }: Repositories, { id: accountId }: Account): Promise<number> {
  const oldest = await versions.listOldest(accountId, STEP);
  await versions.end(oldest.map(({ id }) => bySystem(id, GOES_WITH_IT)));
  return oldest.length;
}

/** How a removal accesses the rows. */
interface RemovalRun {
  transaction<T>(work: (rows: Repositories) => Promise<T>): Promise<T>;
  /** Called after each step. */
  step(name: string): Promise<void>;
  /** @throws {DomainError} the account must not be removed any more */
  requireStill(rows: Repositories): Promise<void>;
}

/** Returns how many folders were examined; 0 when only the root is left. */
async function removeFolders(rows: Repositories, account: Account): Promise<number> {
  const lowest = await rows.folders.listByAccount(account.id, { limit: STEP });
  const removable = lowest.filter(({ parentId }) => parentId !== undefined);
  for (const [levelsBelow, level] of Map.groupBy(removable, (folder) => folder.levelsBelow)) {
    for (const id of await rows.folders.removeEmpty(level.map((folder) => bySystem(folder.id, GOES_WITH_IT)))) {
      // Its subfolders come first, so they are gone by now, unless its levels were miscounted.
      await rows.counters.recount({ of: "folder", id });
      if ((await rows.folders.getCounters(id)).levelsBelow === levelsBelow) await rows.folders.remove(id);
    }
  }
  return removable.length;
}

type AccountSource = Pick<Repositories, "accounts">;

async function requireLocked({ accounts }: AccountSource, { id, email }: Account): Promise<void> {
  const account = await accounts.findById(id);
  if (account === undefined) throw new ArgumentError("other", `The account ${email} is gone.`);
  if (account.isLocked) return;
  throw new ArgumentError("other", `${email} was unlocked in the meantime, so the removal stopped halfway.`);
}

/** Once unlocked, an account stays, even if it was locked again since. */
async function requireDeleted(rows: AccountSource, account: Account): Promise<void> {
  await requireLocked(rows, account);
  const found = await rows.accounts.findById(account.id);
  if (found?.removesAt?.getTime() === account.removesAt?.getTime()) return;
  throw new ArgumentError("other", `${account.email} was unlocked in the meantime, so the removal stopped halfway.`);
}

/**
 * The server must always have an administrator.
 * @throws {DomainError} `last-administrator`, and `bad-argument` when the account is gone
 */
export async function requireRemovable({ accounts }: AccountSource, id: string): Promise<void> {
  const account = await accounts.findById(id);
  if (account === undefined) throw new ArgumentError("other", "The account is gone.");
  if (!account.isAdmin || (await hasOtherAdministrator({ accounts }, id))) return;
  throw new DomainError(
    "last-administrator",
    `${account.email} is the last administrator. Add another one first, with user add --admin.`,
  );
}

/** Locked accounts do not count. */
async function hasOtherAdministrator({ accounts }: AccountSource, id: string): Promise<boolean> {
  for (let after: Account | undefined; ;) {
    const page = await accounts.list({ after, limit: PAGE });
    if (page.some((each) => each.isAdmin && !each.isLocked && each.id !== id)) return true;
    if (page.length < PAGE) return false;
    after = page.at(-1);
  }
}
