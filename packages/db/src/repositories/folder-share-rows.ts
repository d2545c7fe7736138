import type { FolderGrant, FolderShare, FolderShareRepository, NewFolderShare, ReceivedShare } from "@consigne/core";
import { type Kysely, type Selectable, sql } from "kysely";
import { toDate, toFlag, toInstant } from "../columns.ts";
import type { PreparedRead, RowSource, TransactionRows } from "../row-source.ts";
import type { Tables } from "../tables.ts";
import { inBatches, partsOf, readParts, ROWS_PER_INSERT } from "./batches.ts";
import { toFolder } from "./folder-reads.ts";
import type { FolderSharesTable } from "./folder-share-columns.ts";
import { noteShares, sharesToTell } from "./received-changes.ts";

export class FolderShareRows implements FolderShareRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async listOfFolder(folderId: number): Promise<FolderShare[]> {
    return [...(await this.#rows.readPrepared(sharesOfFolder, [folderId]))];
  }

  async countOfOwner(ownerId: string): Promise<number> {
    const { count } = await this.#rows.read
      .selectFrom("folder_shares")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where("owner_id", "=", ownerId)
      .executeTakeFirstOrThrow();
    return count;
  }

  async listOfOwner(
    ownerId: string,
    { after, limit }: { after?: Pick<FolderShare, "folderId" | "email"> | undefined; limit: number },
  ): Promise<FolderShare[]> {
    const rows = await this.#rows.read
      .selectFrom("folder_shares")
      .selectAll()
      .where("owner_id", "=", ownerId)
      .$if(after !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple("folder_id", "email_key"), ">", tuple(after?.folderId ?? 0, keyOf(after?.email ?? ""))),
        ),
      )
      .orderBy("folder_id")
      .orderBy("email_key")
      .limit(limit)
      .execute();
    return rows.map(toShare);
  }

  async listReceived(
    accountId: string,
    { ownerId, after, limit }: { ownerId?: string | undefined; after?: number | undefined; limit: number },
  ): Promise<ReceivedShare[]> {
    const rows = await selectGrants(this.#rows.read)
      .innerJoin("folders", "folders.id", "folder_shares.folder_id")
      .selectAll("folders")
      .select("folder_shares.created_at as shared_at")
      .where("folder_shares.account_id", "=", accountId)
      .$if(ownerId !== undefined, (query) => query.where("folder_shares.owner_id", "=", ownerId ?? ""))
      .where("folder_shares.folder_id", ">", after ?? 0)
      .orderBy("folder_shares.folder_id")
      .limit(limit)
      .execute();
    return rows.map((row) => ({ ...toGrant(accountId)(row), folder: toFolder(row), createdAt: toDate(row.shared_at) }));
  }

  async isAnyReceived(accountId: string, ownerId: string): Promise<boolean> {
    const row = await this.#rows.read
      .selectFrom("folder_shares")
      .select("folder_id")
      .where("account_id", "=", accountId)
      .where("owner_id", "=", ownerId)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  async listGrants(accountId: string, folderIds: readonly number[]): Promise<FolderGrant[]> {
    const { read } = this.#rows;
    const rows = await readParts(folderIds, (some) =>
      selectGrants(read)
        .where("folder_shares.folder_id", "in", some)
        .where("folder_shares.account_id", "=", accountId)
        .execute(),
    );
    return rows.map(toGrant(accountId));
  }

  async put(shares: readonly NewFolderShare[]): Promise<void> {
    await this.#rows.atomically(async (rows) => {
      const before = await sharesToTell(rows.read, { folderIds: [...new Set(shares.map(({ folderId }) => folderId))] });
      for (const part of partsOf(shares, ROWS_PER_INSERT)) {
        const put = await rows.write
          .insertInto("folder_shares")
          .values((eb) =>
            part.map(({ folderId, email, mayWrite, hidesLinks, createdAt }) => ({
              folder_id: folderId,
              email_key: keyOf(email),
              email,
              owner_id: eb
                .selectFrom("folders")
                .select("folders.account_id")
                .where("folders.id", "=", folderId)
                .$asScalar()
                .$notNull(),
              account_id: eb
                .selectFrom("accounts")
                .select("accounts.id")
                .where("accounts.email_key", "=", keyOf(email)),
              may_write: toFlag(mayWrite),
              hides_links: toFlag(hidesLinks),
              created_at: toInstant(createdAt),
            })),
          )
          .onConflict((conflict) =>
            conflict.columns(["folder_id", "email_key"]).doUpdateSet((eb) => ({
              may_write: eb.ref("excluded.may_write"),
              hides_links: eb.ref("excluded.hides_links"),
              account_id: eb.fn.coalesce("excluded.account_id", "folder_shares.account_id"),
            })),
          )
          .returning([...changedColumns, "email_key"])
          .execute();
        noteChanged(rows, put);
        const given = new Map(put.map((share) => [placeOf(share), share]));
        noteShares(
          rows,
          before.filter(
            (share) => given.get(placeOf(share))?.account_id !== share.account_id && given.has(placeOf(share)),
          ),
        );
      }
    });
  }

  async listMoved(folderId: number): Promise<string[]> {
    const rows = await this.#rows.read
      .selectFrom("folder_shares")
      .innerJoin("accounts", "accounts.email_key", "folder_shares.email_key")
      .select("folder_shares.email_key")
      .where("folder_shares.folder_id", "=", folderId)
      .where(sql<boolean>`folder_shares.account_id is distinct from accounts.id`)
      .execute();
    return rows.map(({ email_key: email }) => email);
  }

  async claim(accountId: string, email: string): Promise<number> {
    return this.#rows.atomically((rows) =>
      inBatches(async (limit) => {
        const claimed = await rows.write
          .updateTable("folder_shares")
          .set({ account_id: accountId })
          .where(({ eb, refTuple, selectFrom }) =>
            eb(
              refTuple("folder_id", "email_key"),
              "in",
              selectFrom("folder_shares")
                .select(["folder_id", "email_key"])
                .where("email_key", "=", keyOf(email))
                .where("account_id", "is", null)
                .where("owner_id", "!=", accountId)
                .limit(limit)
                .$asTuple("folder_id", "email_key"),
            ),
          )
          .returning(["folder_id", "account_id"])
          .execute();
        noteShares(rows, claimed);
        return { numUpdatedRows: BigInt(claimed.length) };
      }),
    );
  }

  async remove(folderId: number, emails: readonly string[]): Promise<number> {
    return this.#rows.atomically(async (rows) => {
      let total = 0;
      for (const part of partsOf(emails)) {
        const removed = await rows.write
          .deleteFrom("folder_shares")
          .where("folder_id", "=", folderId)
          .where("email_key", "in", part.map(keyOf))
          .returning(changedColumns)
          .execute();
        noteChanged(rows, removed);
        total += removed.length;
      }
      return total;
    });
  }

  async leave(accountId: string, folderId: number): Promise<number> {
    return this.#rows.atomically(async (rows) => {
      const removed = await rows.write
        .deleteFrom("folder_shares")
        .where("folder_id", "=", folderId)
        .where("account_id", "=", accountId)
        .returning(changedColumns)
        .execute();
      noteChanged(rows, removed);
      return removed.length;
    });
  }

  async endOfOwner(ownerId: string): Promise<number> {
    return this.#rows.atomically((rows) =>
      inBatches(async (limit) => {
        const ended = await rows.write
          .deleteFrom("folder_shares")
          .where(({ eb, refTuple, selectFrom }) =>
            eb(
              refTuple("folder_id", "email_key"),
              "in",
              selectFrom("folder_shares")
                .select(["folder_id", "email_key"])
                .where("owner_id", "=", ownerId)
                .limit(limit)
                .$asTuple("folder_id", "email_key"),
            ),
          )
          .returning(changedColumns)
          .execute();
        noteChanged(rows, ended);
        return { numDeletedRows: BigInt(ended.length) };
      }),
    );
  }
}

const changedColumns = ["folder_id", "owner_id", "account_id"] as const;

/** The owner sees whom a folder is shared with. */
function noteChanged(
  rows: TransactionRows,
  shares: readonly Pick<Selectable<FolderSharesTable>, (typeof changedColumns)[number]>[],
): void {
  noteShares(rows, shares);
  for (const { owner_id: ownerId, folder_id: id } of shares) rows.note(ownerId, { topic: "folder", id });
}

/** Needed for every listing of an own folder. */
const sharesOfFolder: PreparedRead<Selectable<FolderSharesTable>, FolderShare> = {
  name: "shares-of-folder",
  build: (db) => db.selectFrom("folder_shares").selectAll().where("folder_id", "=", 0).orderBy("email_key").compile(),
  toEntity: toShare,
};

const placeOf = ({ folder_id: folderId, email_key: emailKey }: { folder_id: number; email_key: string }): string =>
  `${folderId} ${emailKey}`;

const keyOf = (email: string): string => email.toLowerCase();

function selectGrants(db: Kysely<Tables>) {
  return db
    .selectFrom("folder_shares")
    .innerJoin("accounts as owner", "owner.id", "folder_shares.owner_id")
    .select([
      "folder_shares.folder_id",
      "folder_shares.may_write",
      "folder_shares.hides_links",
      "owner.email as owner_email",
      "owner.is_locked as is_owner_locked",
    ]);
}

interface GrantRow {
  folder_id: number;
  may_write: number;
  hides_links: number;
  owner_email: string;
  is_owner_locked: number;
}

const toGrant =
  (accountId: string) =>
  (row: GrantRow): FolderGrant => ({
    folderId: row.folder_id,
    accountId,
    mayWrite: row.may_write === 1,
    hidesLinks: row.hides_links === 1,
    ownerEmail: row.owner_email,
    isOwnerLocked: row.is_owner_locked === 1,
  });

function toShare(row: {
  folder_id: number;
  email: string;
  may_write: number;
  hides_links: number;
  created_at: number;
}): FolderShare {
  return {
    folderId: row.folder_id,
    email: row.email,
    mayWrite: row.may_write === 1,
    hidesLinks: row.hides_links === 1,
    createdAt: toDate(row.created_at),
  };
}
