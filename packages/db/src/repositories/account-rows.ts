import { DomainError, defaultAccountSettings } from "@consigne/core";
import type { Account, AccountPosition, AccountRepository, AccountSettings } from "@consigne/core";
import type { Kysely, Selectable, Updateable } from "kysely";
import { parseJson, toDate, toDateOrUndefined, toFlag, toInstant, toInstantOrNull } from "../columns.ts";
import { isUniqueConflict } from "../constraint-error.ts";
import type { PreparedRead, RowSource } from "../row-source.ts";
import type { AccountsTable, Tables } from "../tables.ts";
import { accountCounters } from "./account-counters.ts";
import { readParts } from "./batches.ts";
import { holdsNothing } from "./folder-rows.ts";
import { noteShares, sharesToTell } from "./received-changes.ts";

type AccountChanges = Parameters<AccountRepository["update"]>[1];
type CounterColumn =
  | "file_count"
  | "size_bytes"
  | "folder_count"
  | "trash_count"
  | "trash_bytes"
  | "version_count"
  | "version_bytes"
  | "download_count";

export type AccountRow = Omit<Selectable<AccountsTable>, "email_key" | CounterColumn> & {
  root_folder_id: number;
};

export class AccountRows implements AccountRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async findById(id: string): Promise<Account | undefined> {
    const [account] = await this.#rows.readPrepared(accountById, [id]);
    return account;
  }

  async findByIds(ids: readonly string[]): Promise<Account[]> {
    const { read } = this.#rows;
    const rows = await readParts(ids, (some) => selectAccounts(read).where("accounts.id", "in", some).execute());
    return rows.map(toAccount);
  }

  async findByEmail(email: string): Promise<Account | undefined> {
    const row = await selectAccounts(this.#rows.read)
      .where("accounts.email_key", "=", email.toLowerCase())
      .executeTakeFirst();
    return row === undefined ? undefined : toAccount(row);
  }

  async list(page: { after?: AccountPosition | undefined; limit: number }): Promise<Account[]> {
    const { after } = page;
    const rows = await selectAccounts(this.#rows.read)
      .$if(after !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) =>
          eb(
            refTuple("accounts.created_at", "accounts.id"),
            ">",
            tuple(toInstant(after?.createdAt ?? new Date(0)), after?.id ?? ""),
          ),
        ),
      )
      .orderBy("accounts.created_at")
      .orderBy("accounts.id")
      .limit(page.limit)
      .execute();
    return rows.map(toAccount);
  }

  async create(account: Omit<Account, "rootFolderId">): Promise<Account> {
    return this.#rows.atomically(async ({ write }) => {
      const inserted = await write
        .insertInto("accounts")
        .values({
          id: account.id,
          email: account.email,
          email_key: account.email.toLowerCase(),
          password_hash: account.passwordHash,
          plan_id: account.planId,
          plan_ends_at: toInstantOrNull(account.planEndsAt),
          quota_bytes: account.quotaBytes ?? null,
          is_admin: toFlag(account.isAdmin),
          is_locked: toFlag(account.isLocked),
          removes_at: toInstantOrNull(account.removesAt),
          settings: JSON.stringify(account.settings),
          created_at: toInstant(account.createdAt),
        })
        .onConflict((conflict) => conflict.column("email_key").doNothing())
        .executeTakeFirst();
      if (inserted.numInsertedOrUpdatedRows === 0n) {
        throw emailTaken();
      }
      const root = await write
        .insertInto("folders")
        .values({ account_id: account.id, parent_id: null, name: "", created_at: toInstant(account.createdAt) })
        .returning("id")
        .executeTakeFirstOrThrow();
      return { ...account, rootFolderId: root.id };
    });
  }

  async update(id: string, changes: AccountChanges): Promise<void> {
    const row = toAccountChanges(changes);
    if (Object.keys(row).length === 0) return;
    try {
      await this.#rows.atomically(async (rows) => {
        await rows.write.updateTable("accounts").set(row).where("id", "=", id).execute();
        // A locked account shares nothing.
        if (changes.isLocked !== undefined) noteShares(rows, await sharesToTell(rows.read, { ownerId: id }));
      });
    } catch (error) {
      if (isUniqueConflict(error)) throw emailTaken(error);
      throw error;
    }
  }

  async listDue(now: Date, limit: number): Promise<Account[]> {
    const rows = await selectAccounts(this.#rows.read)
      .where("accounts.removes_at", "<=", toInstant(now))
      .where("accounts.is_locked", "=", 1)
      .orderBy("accounts.removes_at")
      .orderBy("accounts.id")
      .limit(limit)
      .execute();
    return rows.map(toAccount);
  }

  async count(): Promise<number> {
    const row = await this.#rows.read
      .selectFrom("accounts")
      .select((select) => select.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    return row.count;
  }

  async countEntries(id: string): Promise<number> {
    const [row] = await this.#rows.readPrepared(accountCounters, [id]);
    return row === undefined ? 0 : row.file_count + row.folder_count;
  }

  async remove(id: string): Promise<void> {
    await this.#rows.atomically(async ({ read, write }) => {
      const removed = await write
        .deleteFrom("folders")
        .where("account_id", "=", id)
        .where("parent_id", "is", null)
        .where(holdsNothing)
        .returning("id")
        .executeTakeFirst();
      if (removed === undefined) {
        const account = await read.selectFrom("accounts").select("id").where("id", "=", id).executeTakeFirst();
        if (account === undefined) return;
        throw new DomainError("folder-not-empty", "The account still has files or folders; remove them first.");
      }
      await write.deleteFrom("changes").where("account_id", "=", id).execute();
      await write.deleteFrom("accounts").where("id", "=", id).execute();
    });
  }
}

const emailTaken = (cause?: unknown) =>
  new DomainError("account-exists", "There is already an account with this e-mail address.", { cause });

function selectAccounts(db: Kysely<Tables>) {
  return db
    .selectFrom("accounts")
    .select([
      "accounts.id",
      "accounts.email",
      "accounts.password_hash",
      "accounts.plan_id",
      "accounts.plan_ends_at",
      "accounts.quota_bytes",
      "accounts.is_admin",
      "accounts.is_locked",
      "accounts.removes_at",
      "accounts.settings",
      "accounts.created_at",
    ])
    .select(({ selectFrom }) =>
      // Not joined: SQLite would begin with all root folders.
      selectFrom("folders")
        .select("folders.id")
        .whereRef("folders.account_id", "=", "accounts.id")
        .where("folders.parent_id", "is", null)
        .$asScalar()
        .$notNull()
        .as("root_folder_id"),
    );
}

/** Every look at a link also needs its owner. */
const accountById: PreparedRead<AccountRow, Account> = {
  name: "account-by-id",
  isStanding: true,
  build: (db) => selectAccounts(db).where("accounts.id", "=", "").compile(),
  toEntity: toAccount,
};

export function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    email: row.email,
    passwordHash: row.password_hash,
    planId: row.plan_id,
    planEndsAt: toDateOrUndefined(row.plan_ends_at),
    quotaBytes: row.quota_bytes ?? undefined,
    isAdmin: row.is_admin === 1,
    isLocked: row.is_locked === 1,
    removesAt: toDateOrUndefined(row.removes_at),
    rootFolderId: row.root_folder_id,
    // A setting that did not exist when the row was written gets its default.
    settings: { ...defaultAccountSettings, ...parseJson<Partial<AccountSettings>>(row.settings) },
    createdAt: toDate(row.created_at),
  };
}

/** A property that is present sets its column, even if its value is undefined and the column is nullable. */
function toAccountChanges(changes: AccountChanges): Updateable<AccountsTable> {
  const row: Updateable<AccountsTable> = {};
  if (changes.email !== undefined) {
    row.email = changes.email;
    row.email_key = changes.email.toLowerCase();
  }
  if (changes.passwordHash !== undefined) row.password_hash = changes.passwordHash;
  if (changes.planId !== undefined) row.plan_id = changes.planId;
  if ("planEndsAt" in changes) row.plan_ends_at = toInstantOrNull(changes.planEndsAt);
  if ("quotaBytes" in changes) row.quota_bytes = changes.quotaBytes ?? null;
  if (changes.isLocked !== undefined) row.is_locked = toFlag(changes.isLocked);
  if ("removesAt" in changes) row.removes_at = toInstantOrNull(changes.removesAt);
  if (changes.isAdmin !== undefined) row.is_admin = toFlag(changes.isAdmin);
  if (changes.settings !== undefined) row.settings = JSON.stringify(changes.settings);
  return row;
}
