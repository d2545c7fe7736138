import type { Account, ApiKey, ApiKeyRepository } from "@consigne/core";
import type { CompiledQuery, Kysely, Selectable, SelectQueryBuilder, Updateable } from "kysely";
import { parseJson, toDate, toDateOrUndefined, toInstant, toInstantOrNull } from "../columns.ts";
import type { PreparedRead, RowSource } from "../row-source.ts";
import type { ApiKeysTable, Tables } from "../tables.ts";
import { accountColumns, accountOfJoin } from "./account-columns.ts";
import { inBatches, readParts } from "./batches.ts";

type ApiKeyChanges = Parameters<ApiKeyRepository["update"]>[1];

export class ApiKeyRows implements ApiKeyRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async findById(id: string): Promise<ApiKey | undefined> {
    const [key] = await this.#rows.readPrepared(keyById, [id]);
    return key;
  }

  async findByIds(ids: readonly string[]): Promise<ApiKey[]> {
    const { read } = this.#rows;
    const rows = await readParts(ids, (some) =>
      read.selectFrom("api_keys").selectAll().where("id", "in", some).execute(),
    );
    return rows.map(toApiKey);
  }

  async findWithAccountByHash(hash: string): Promise<{ key: ApiKey; account: Account } | undefined> {
    const [found] = await this.#rows.readPrepared(keyWithAccount, [hash]);
    return found;
  }

  async listByAccount(accountId: string, page: Parameters<ApiKeyRepository["listByAccount"]>[1]): Promise<ApiKey[]> {
    const { after, limit } = page;
    let query = this.#rows.read.selectFrom("api_keys").selectAll().where("account_id", "=", accountId);
    if (after !== undefined) {
      const position = [toInstant(after.createdAt), after.id] as const;
      query = query.where(({ eb, refTuple, tuple }) => eb(refTuple("created_at", "id"), ">", tuple(...position)));
    }
    const rows = await query.orderBy("created_at").orderBy("id").limit(limit).execute();
    return rows.map(toApiKey);
  }

  async create(key: ApiKey): Promise<void> {
    await this.#rows.write
      .insertInto("api_keys")
      .values({
        id: key.id,
        account_id: key.accountId,
        name: key.name,
        hash: key.hash,
        hint: key.hint,
        scopes: JSON.stringify(key.scopes),
        fence_folder_id: key.fenceFolderId ?? null,
        allowed_addresses: JSON.stringify(key.allowedAddresses),
        expires_at: toInstantOrNull(key.expiresAt),
        ended_at: toInstantOrNull(key.endedAt),
        revoked_at: toInstantOrNull(key.revokedAt),
        last_used_at: toInstantOrNull(key.lastUsedAt),
        last_used_from: key.lastUsedFrom ?? null,
        created_at: toInstant(key.createdAt),
        made_by_key_id: key.createdByKeyId ?? null,
      })
      .execute();
  }

  async update(id: string, changes: ApiKeyChanges): Promise<void> {
    const row = toApiKeyChanges(changes);
    if (Object.keys(row).length === 0) return;
    await this.#rows.write.updateTable("api_keys").set(row).where("id", "=", id).execute();
  }

  async noteUse(id: string, use: Parameters<ApiKeyRepository["noteUse"]>[1]): Promise<void> {
    const { write } = this.#rows;
    await write
      .updateTable("api_keys")
      .set({ last_used_at: toInstantOrNull(use.lastUsedAt), last_used_from: use.lastUsedFrom ?? null })
      .where("id", "=", id)
      .execute();
  }

  async endExpired(now: Date, id?: string): Promise<number> {
    const { write } = this.#rows;
    let over = write
      .selectFrom("api_keys")
      .select("id")
      .where("ended_at", "is", null)
      .where("expires_at", "<=", toInstant(now));
    if (id !== undefined) over = over.where("id", "=", id);
    const ended = { ended_at: toInstant(now) };
    return inBatches((limit) =>
      write.updateTable("api_keys").set(ended).where("id", "in", over.limit(limit)).executeTakeFirst(),
    );
  }

  async countWorking(accountId: string): Promise<number> {
    const { count } = await this.#rows.read
      .selectFrom("api_keys")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where("account_id", "=", accountId)
      .where("revoked_at", "is", null)
      .where("ended_at", "is", null)
      .executeTakeFirstOrThrow();
    return count;
  }

  async removeEndedBut(accountId: string, newest: number): Promise<number> {
    const { write } = this.#rows;
    const ended = write
      .selectFrom("api_keys")
      .select(["id", "created_at"])
      .where("account_id", "=", accountId)
      .where(({ eb, or }) => or([eb("revoked_at", "is not", null), eb("ended_at", "is not", null)]));
    const firstSurplus = await ended
      .orderBy("created_at", "desc")
      .orderBy("id", "desc")
      .offset(newest)
      .limit(1)
      .executeTakeFirst();
    if (firstSurplus === undefined) return 0;
    const surplus = ended
      .clearSelect()
      .select("id")
      .where(({ eb, refTuple, tuple }) =>
        eb(refTuple("created_at", "id"), "<=", tuple(firstSurplus.created_at, firstSurplus.id)),
      );
    const withMaker = surplus.where("made_by_key_id", "is not", null);
    // Each round moves what depends on a surplus key one step up. The tree must stay connected: otherwise making and
    // revoking enough keys would hide which ones a leaked key made.
    while ((await this.#takeUp(accountId, withMaker)) > 0);
    return inBatches((limit) =>
      write.deleteFrom("api_keys").where("id", "in", surplus.limit(limit)).executeTakeFirst(),
    );
  }

  /** Keys made by a key of `makers` then count as made by the key that made that one; returns how many. */
  #takeUp(accountId: string, makers: SelectQueryBuilder<Tables, "api_keys", { id: string }>): Promise<number> {
    const { write } = this.#rows;
    const theirs = write
      .selectFrom("api_keys")
      .select("id")
      .where("account_id", "=", accountId)
      .where("made_by_key_id", "in", makers);
    return inBatches((limit) =>
      write
        .updateTable("api_keys")
        .set(({ selectFrom }) => ({
          made_by_key_id: selectFrom("api_keys as maker")
            .select("maker.made_by_key_id")
            .whereRef("maker.id", "=", "api_keys.made_by_key_id"),
        }))
        .where("id", "in", theirs.limit(limit))
        .executeTakeFirst(),
    );
  }

  async removeByAccount(accountId: string): Promise<void> {
    const { write } = this.#rows;
    const theirs = write.selectFrom("api_keys").select("id").where("account_id", "=", accountId);
    await inBatches((limit) => write.deleteFrom("api_keys").where("id", "in", theirs.limit(limit)).executeTakeFirst());
  }
}

function compileWithAccount(db: Kysely<Tables>) {
  return db
    .selectFrom("api_keys")
    .innerJoin("accounts", "accounts.id", "api_keys.account_id")
    .innerJoin("folders", (join) =>
      join.onRef("folders.account_id", "=", "accounts.id").on("folders.parent_id", "is", null),
    )
    .selectAll("api_keys")
    .select(accountColumns)
    .where("api_keys.hash", "=", "")
    .compile();
}

type KeyWithAccountRow = ReturnType<typeof compileWithAccount> extends CompiledQuery<infer Row> ? Row : never;

const keyWithAccount: PreparedRead<KeyWithAccountRow, { key: ApiKey; account: Account }> = {
  name: "api-key-with-account",
  build: compileWithAccount,
  toEntity: (row) => ({
    key: Object.freeze(toApiKey(row)),
    account: Object.freeze(accountOfJoin(row)),
  }),
};

/** A download with a token has its key's current rights. */
const keyById: PreparedRead<Selectable<ApiKeysTable>, ApiKey> = {
  name: "api-key-by-id",
  isStanding: true,
  build: (db) => db.selectFrom("api_keys").selectAll().where("id", "=", "").compile(),
  toEntity: toApiKey,
};

function toApiKey(row: Selectable<ApiKeysTable>): ApiKey {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    hash: row.hash,
    hint: row.hint,
    scopes: parseJson<ApiKey["scopes"]>(row.scopes),
    fenceFolderId: row.fence_folder_id ?? undefined,
    allowedAddresses: parseJson<string[]>(row.allowed_addresses),
    expiresAt: toDateOrUndefined(row.expires_at),
    endedAt: toDateOrUndefined(row.ended_at),
    revokedAt: toDateOrUndefined(row.revoked_at),
    lastUsedAt: toDateOrUndefined(row.last_used_at),
    lastUsedFrom: row.last_used_from ?? undefined,
    createdAt: toDate(row.created_at),
    createdByKeyId: row.made_by_key_id ?? undefined,
  };
}

/** A property that is present sets its column, even if its value is undefined and the column is nullable. */
function toApiKeyChanges(changes: ApiKeyChanges): Updateable<ApiKeysTable> {
  const row: Updateable<ApiKeysTable> = {};
  if (changes.name !== undefined) row.name = changes.name;
  if (changes.scopes !== undefined) row.scopes = JSON.stringify(changes.scopes);
  if ("fenceFolderId" in changes) row.fence_folder_id = changes.fenceFolderId ?? null;
  if (changes.allowedAddresses !== undefined) row.allowed_addresses = JSON.stringify(changes.allowedAddresses);
  if ("expiresAt" in changes) row.expires_at = toInstantOrNull(changes.expiresAt);
  if ("endedAt" in changes) row.ended_at = toInstantOrNull(changes.endedAt);
  if ("revokedAt" in changes) row.revoked_at = toInstantOrNull(changes.revokedAt);
  return row;
}
