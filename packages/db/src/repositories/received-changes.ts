import type { AccountChange } from "@consigne/core";
import { type Kysely, sql } from "kysely";
import type { PreparedRead, TransactionRows } from "../row-source.ts";
import type { Tables } from "../tables.ts";
import { ROWS_PER_STATEMENT } from "../sqlite/row-pace.ts";
import { padded, partsOf } from "./batches.ts";
import { ANCESTORS_PER_READ } from "./folder-reads.ts";

/** Each needs its ancestry to be read. */
const FOLDERS_PER_READ = 50;
/** Up to this many changes are reported individually; beyond that, watchers are told to reload everything. */
const MOST_TOLD = 1000;

type ChangeOfAccount = readonly [accountId: string, change: AccountChange];

/** The effect of changed folders on people they are shared with, directly or through a folder above. */
export async function receivedChanges(
  db: Kysely<Tables>,
  folderIds: readonly number[],
): Promise<readonly ChangeOfAccount[]> {
  const told: ChangeOfAccount[] = [];
  const untold = new Set<string>();
  for (const part of partsOf(folderIds, FOLDERS_PER_READ)) {
    const left = MOST_TOLD - told.length;
    const found = left > 0 ? await selectReceivers(db, part, left) : [];
    if (left > 0 && found.length <= left)
      told.push(...found.map(({ account_id: id, folder }) => [id, { topic: "shared-folder", id: folder }] as const));
    else for (const id of await selectAllReceivers(db, part)) untold.add(id);
  }
  return [
    ...told.filter(([accountId]) => !untold.has(accountId)),
    ...[...untold].map((accountId) => [accountId, { topic: "reset" }] as const),
  ];
}

const wayUp = (ids: readonly number[]) => sql`
  way(id, parent_id, folder, distance) as (
    select id, parent_id, id, 0 from folders where id in (${sql.join(padded(ids))})
    union all
    select folders.id, folders.parent_id, way.folder, way.distance + 1
    from way join folders on folders.id = way.parent_id where way.distance < ${sql.lit(ANCESTORS_PER_READ)}
  )`;

/** At most `most` + 1 rows. */
async function selectReceivers(db: Kysely<Tables>, ids: readonly number[], most: number): Promise<Receiver[]> {
  const receivers: Receiver[] = [];
  for (;;) {
    const { account_id: accountId = "", folder = 0 } = receivers.at(-1) ?? {};
    const limit = Math.min(ROWS_PER_STATEMENT, most + 1 - receivers.length);
    const { rows } = await sql<Receiver>`
      with recursive ${wayUp(ids)}
      select distinct folder_shares.account_id, way.folder
      from way join folder_shares on folder_shares.folder_id = way.id
      where folder_shares.account_id is not null and (folder_shares.account_id, way.folder) > (${accountId}, ${folder})
      order by folder_shares.account_id, way.folder limit ${limit}`.execute(db);
    receivers.push(...rows);
    if (rows.length < limit || receivers.length > most) return receivers;
  }
}

interface Receiver {
  account_id: string;
  folder: number;
}

async function selectAllReceivers(db: Kysely<Tables>, ids: readonly number[]): Promise<string[]> {
  const receivers: string[] = [];
  for (let after = ""; ;) {
    const { rows } = await sql<{ account_id: string }>`
      with recursive ${wayUp(ids)}
      select distinct account_id from folder_shares
      where folder_id in (select id from way) and account_id > ${after}
      order by account_id limit ${ROWS_PER_STATEMENT}`.execute(db);
    receivers.push(...rows.map(({ account_id: id }) => id));
    const last = receivers.at(-1);
    if (rows.length < ROWS_PER_STATEMENT || last === undefined) return receivers;
    after = last;
  }
}

interface ShareOfAccount {
  folder_id: number;
  email_key: string;
  account_id: string | null;
}

/** Like `sharesToTell`, for changes that mostly concern one folder. */
export async function sharesOfFolders(
  rows: TransactionRows,
  folderIds: readonly number[],
): Promise<readonly ShareOfAccount[]> {
  const [only] = folderIds;
  if (only !== undefined && folderIds.length === 1) {
    const shares = await rows.readPrepared(sharesOfFolder, [only, ROWS_PER_STATEMENT]);
    if (shares.length < ROWS_PER_STATEMENT) return shares;
  }
  return sharesToTell(rows.read, { folderIds });
}

const sharesOfFolder: PreparedRead<ShareOfAccount, ShareOfAccount> = {
  name: "shares-to-tell-of-folder",
  build: (db) =>
    db
      .selectFrom("folder_shares")
      .select(["folder_id", "email_key", "account_id"])
      .where("folder_id", "=", 0)
      .limit(ROWS_PER_STATEMENT)
      .compile(),
  toEntity: (row) => row,
};

/** Shares of these folders, or of this owner, whose accounts must be told about a change. */
export async function sharesToTell(
  db: Kysely<Tables>,
  of: { folderIds: readonly number[] } | { ownerId: string },
): Promise<readonly ShareOfAccount[]> {
  const shares: ShareOfAccount[] = [];
  for (let after: ShareOfAccount | undefined; ;) {
    let query = db.selectFrom("folder_shares").select(["folder_id", "email_key", "account_id"]);
    query =
      "ownerId" in of ? query.where("owner_id", "=", of.ownerId) : query.where("folder_id", "in", padded(of.folderIds));
    if (after !== undefined) {
      const { folder_id: folderId, email_key: emailKey } = after;
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple("folder_id", "email_key"), ">", tuple(folderId, emailKey)),
      );
    }
    const page = await query.orderBy("folder_id").orderBy("email_key").limit(ROWS_PER_STATEMENT).execute();
    shares.push(...page);
    if (page.length < ROWS_PER_STATEMENT) return shares;
    after = page.at(-1);
  }
}

/** Tells the accounts that a share began, ended or has other rights. */
export function noteShares({ note }: TransactionRows, shares: readonly Omit<ShareOfAccount, "email_key">[]): void {
  for (const { account_id: accountId, folder_id: id } of shares) note(accountId, { topic: "share", id });
}
