import { DomainError, type DownloadToken, type DownloadTokenRepository } from "@consigne/core";
import type { Selectable, SelectQueryBuilder } from "kysely";
import { parseJson, toDate, toDateOrUndefined, toFlag, toInstant, toInstantOrNull } from "../columns.ts";
import type { PreparedRead, PreparedWrite, RowSource } from "../row-source.ts";
import type { DownloadTokensTable, Tables } from "../tables.ts";
import { countDownloads } from "./download-counting.ts";
import { inBatches, padded, partsOf } from "./batches.ts";
import { rowInsertion } from "./row-insertion.ts";
import type { Value } from "./value-rows.ts";

export class DownloadTokenRows implements DownloadTokenRepository {
  readonly #rows: RowSource;

  constructor(rows: RowSource) {
    this.#rows = rows;
  }

  async findByHash(hash: string): Promise<DownloadToken | undefined> {
    const [token] = await this.#rows.readPrepared(tokenByHash, [hash]);
    return token;
  }

  async create(token: DownloadToken): Promise<void> {
    const row = toRow(token);
    await this.#rows.atomically((rows) => rows.writePrepared(insertion, [columns.map((column) => row[column])]));
  }

  async start(
    hash: string,
    startedAt: Date,
    clientAddress: string,
    { isCounted } = { isCounted: true },
  ): Promise<boolean> {
    return this.#rows.atomically(async (rows) => {
      const [started] = await rows.writePrepared(start, [[toInstant(startedAt), clientAddress, hash]]);
      if (started === undefined) return false;
      if (started.link_id !== null) await countUse(rows.write, started.link_id);
      if (started.file_id !== null && isCounted) await countDownloads(rows, [started.file_id]);
      return true;
    });
  }

  async expire(hash: string): Promise<void> {
    await this.#rows.write.updateTable("download_tokens").set({ start_before: 0 }).where("hash", "=", hash).execute();
  }

  async endExpired({ now, unstarted }: { now: Date; unstarted: Date }): Promise<number> {
    const { write } = this.#rows;
    const end = (which: (tokens: TokenQuery) => TokenQuery) =>
      inBatches((limit) => {
        const lasting = write.selectFrom("download_tokens").select("hash").where("start_before", ">", 0);
        return write
          .updateTable("download_tokens")
          .set({ start_before: 0 })
          .where("hash", "in", which(lasting).limit(limit))
          .executeTakeFirst();
      });
    const over = await end((tokens) => tokens.where("expires_at", "<=", toInstant(now)));
    return over + (await end((tokens) => unstartedBy(tokens, unstarted)));
  }

  async removeByFiles(fileIds: readonly string[]): Promise<number> {
    return this.#removeOf("file_id", fileIds);
  }

  async moveWithOwnLink(from: string, to: string): Promise<void> {
    const { write } = this.#rows;
    const ofOwnLink = write
      .selectFrom("download_tokens")
      .select("hash")
      .where("file_id", "=", from)
      .where((eb) => eb.or([eb("link_id", "is", null), eb("link_id", "=", from)]));
    await inBatches((limit) =>
      write
        .updateTable("download_tokens")
        .set({ file_id: to, link_id: from })
        .where("hash", "in", ofOwnLink.limit(limit))
        .executeTakeFirst(),
    );
  }

  async removeByLinks(linkIds: readonly string[]): Promise<number> {
    return this.#removeOf("link_id", linkIds);
  }

  async removeByApiKeys(apiKeyIds: readonly string[]): Promise<number> {
    return this.#removeOf("api_key_id", apiKeyIds);
  }

  async removeKeylessByAccount(accountId: string): Promise<number> {
    return this.#removeWhere((tokens) => tokens.where("account_id", "=", accountId).where("api_key_id", "is", null));
  }

  async removeOfSessions(accountId: string, which: { only: string } | { but: string | undefined }): Promise<number> {
    return this.#removeWhere((tokens) => {
      const theirs = tokens
        .where("account_id", "=", accountId)
        .where("api_key_id", "is", null)
        .where("session_id", "is not", null);
      if ("only" in which) return theirs.where("session_id", "=", which.only);
      return which.but === undefined ? theirs : theirs.where("session_id", "!=", which.but);
    });
  }

  async removeExpired({ now, unstarted, latest }: { now: Date; unstarted: Date; latest: Date }): Promise<number> {
    const counts = [
      await this.#removeWhere((tokens) => tokens.where("expires_at", "<=", toInstant(now))),
      await this.#removeWhere((tokens) => unstartedBy(tokens, unstarted)),
      await this.#removeWhere((tokens) => tokens.where("expires_at", ">", toInstant(latest))),
    ];
    return counts.reduce((sum, count) => sum + count);
  }

  async #removeOf(column: "file_id" | "link_id" | "api_key_id", ids: readonly string[]): Promise<number> {
    let total = 0;
    for (const part of partsOf(ids))
      total += await this.#removeWhere((tokens) => tokens.where(column, "in", padded(part)));
    return total;
  }

  async #removeWhere(which: (tokens: TokenQuery) => TokenQuery): Promise<number> {
    const { write } = this.#rows;
    return inBatches((limit) =>
      write
        .deleteFrom("download_tokens")
        .where("hash", "in", which(write.selectFrom("download_tokens").select("hash")).limit(limit))
        .executeTakeFirst(),
    );
  }
}

/** In the same transaction, so that concurrent downloads cannot exceed what the link has left. */
async function countUse(write: RowSource["write"], linkId: string): Promise<void> {
  const { numUpdatedRows } = await write
    .updateTable("links")
    .set((eb) => ({ used_count: eb("used_count", "+", 1) }))
    .where("id", "=", linkId)
    .where((eb) => eb.or([eb("max_downloads", "is", null), eb("used_count", "<", eb.ref("max_downloads"))]))
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new DomainError("link-used-up", "This link has reached its download limit.");
}

type TokenQuery = SelectQueryBuilder<Tables, "download_tokens", { hash: string }>;

const unstartedBy = (tokens: TokenQuery, end: Date): TokenQuery =>
  tokens.where("expires_at", "<=", toInstant(end)).where("started_at", "is", null);

const tokenByHash: PreparedRead<Selectable<DownloadTokensTable>, DownloadToken> = {
  name: "download-token-by-hash",
  isAddedApart: true,
  build: (db) => db.selectFrom("download_tokens").selectAll().where("hash", "=", "").compile(),
  toEntity: toDownloadToken,
};

const columns = [
  "hash",
  "file_id",
  "blob_key",
  "link_id",
  "archive",
  "account_id",
  "api_key_id",
  "session_id",
  "is_inline",
  "is_single",
  "is_by_share",
  "created_at",
  "start_before",
  "expires_at",
  "started_at",
  "client_address",
] as const satisfies readonly (keyof DownloadTokensTable)[];

const insertion = { ...rowInsertion("insert-download-token", "download_tokens", columns), isApart: true } as const;

const start: PreparedWrite<Pick<Selectable<DownloadTokensTable>, "file_id" | "link_id">> = {
  name: "start-download-token",
  most: 1,
  build: (db) =>
    db
      .updateTable("download_tokens")
      .set({ started_at: 0, client_address: "" })
      .where("hash", "=", "")
      .where("started_at", "is", null)
      .returning(["file_id", "link_id"])
      .compile(),
};

function toRow(token: DownloadToken): Record<(typeof columns)[number], Value> {
  return {
    hash: token.hash,
    file_id: token.fileId ?? null,
    blob_key: token.blobId ?? null,
    link_id: token.linkId ?? null,
    archive: token.archive === undefined ? null : JSON.stringify(token.archive),
    account_id: token.accountId ?? null,
    api_key_id: token.apiKeyId ?? null,
    session_id: token.sessionId ?? null,
    is_inline: toFlag(token.isInline),
    is_single: toFlag(token.isSingle),
    is_by_share: toFlag(token.isByShare === true),
    created_at: toInstant(token.createdAt),
    start_before: toInstant(token.startBefore),
    expires_at: toInstant(token.expiresAt),
    started_at: toInstantOrNull(token.startedAt),
    client_address: token.clientAddress ?? null,
  };
}

function toDownloadToken(row: Selectable<DownloadTokensTable>): DownloadToken {
  return {
    hash: row.hash,
    fileId: row.file_id ?? undefined,
    blobId: row.blob_key ?? undefined,
    linkId: row.link_id ?? undefined,
    archive: row.archive === null ? undefined : parseJson(row.archive),
    accountId: row.account_id ?? undefined,
    apiKeyId: row.api_key_id ?? undefined,
    sessionId: row.session_id ?? undefined,
    isInline: row.is_inline === 1,
    isSingle: row.is_single === 1,
    ...(row.is_by_share === 1 ? { isByShare: true } : {}),
    createdAt: toDate(row.created_at),
    startBefore: toDate(row.start_before),
    expiresAt: toDate(row.expires_at),
    startedAt: toDateOrUndefined(row.started_at),
    clientAddress: row.client_address ?? undefined,
  };
}
