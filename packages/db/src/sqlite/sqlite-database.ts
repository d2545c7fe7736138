import { DatabaseError } from "@consigne/core";
import type { Database, Repositories, TransactionOptions } from "@consigne/core";
import { statSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createRepositories } from "../repositories/create-repositories.ts";
import type { CommitFlushes } from "./commit-flushes.ts";
import type { LogKeeper } from "./log-keeper.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { SqliteRowSource } from "./sqlite-row-source.ts";

export interface SqliteDatabaseParts {
  path: string;
  /** Inode of the file that both connections have open. */
  inode: bigint;
  /** Both are closed with the database. */
  reader: SqliteConnection;
  writer: SqliteConnection;
  /** Called before every write: a returned error is thrown instead of writing. */
  refusal: () => DatabaseError | undefined;
  /** Missing if nothing is written. */
  keeper?: LogKeeper;
  /** Missing if nothing is written, or each commit is flushed by itself. */
  flushes?: CommitFlushes;
}

export class SqliteDatabase implements Database {
  readonly accounts: Database["accounts"];
  readonly apiKeys: Database["apiKeys"];
  readonly sessions: Database["sessions"];
  readonly mailedTokens: Database["mailedTokens"];
  readonly invitations: Database["invitations"];
  readonly folders: Database["folders"];
  readonly folderShares: Database["folderShares"];
  readonly files: Database["files"];
  readonly entries: Database["entries"];
  readonly trash: Database["trash"];
  readonly versions: Database["versions"];
  readonly blobs: Database["blobs"];
  readonly manifests: Database["manifests"];
  readonly contentBlocks: Database["contentBlocks"];
  readonly discardedBytes: Database["discardedBytes"];
  readonly counters: Database["counters"];
  readonly uploads: Database["uploads"];
  readonly partUploads: Database["partUploads"];
  readonly links: Database["links"];
  readonly downloadTokens: Database["downloadTokens"];
  readonly floodLocks: Database["floodLocks"];
  readonly audit: Database["audit"];
  readonly jobs: Database["jobs"];
  readonly remoteUploads: Database["remoteUploads"];
  readonly notes: Database["notes"];
  readonly imports: Database["imports"];
  readonly changes: Database["changes"];
  readonly #path: string;
  readonly #inode: bigint;
  readonly #reader: SqliteConnection;
  readonly #writer: SqliteConnection;
  readonly #keeper: LogKeeper | undefined;
  readonly #flushes: CommitFlushes | undefined;
  readonly #rows: SqliteRowSource;
  #runningCheck: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: SqliteDatabaseParts) {
    this.#path = parts.path;
    this.#inode = parts.inode;
    this.#reader = parts.reader;
    this.#writer = parts.writer;
    this.#keeper = parts.keeper;
    this.#flushes = parts.flushes;
    this.#rows = new SqliteRowSource(parts.reader, parts.writer);
    parts.writer.keeper = parts.keeper;
    parts.writer.flushes = parts.flushes;
    if (parts.flushes !== undefined) parts.flushes.onMoved = () => parts.writer.onVisible?.();
    parts.writer.beforeWriting = () => {
      const refusal = parts.refusal();
      if (refusal !== undefined) throw refusal;
      const found = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
      if (found?.ino !== this.#inode) throw removedError(this.#path);
    };
    const repositories = createRepositories(this.#rows);
    this.accounts = repositories.accounts;
    this.apiKeys = repositories.apiKeys;
    this.sessions = repositories.sessions;
    this.mailedTokens = repositories.mailedTokens;
    this.invitations = repositories.invitations;
    this.folders = repositories.folders;
    this.folderShares = repositories.folderShares;
    this.files = repositories.files;
    this.entries = repositories.entries;
    this.trash = repositories.trash;
    this.versions = repositories.versions;
    this.blobs = repositories.blobs;
    this.manifests = repositories.manifests;
    this.contentBlocks = repositories.contentBlocks;
    this.discardedBytes = repositories.discardedBytes;
    this.counters = repositories.counters;
    this.uploads = repositories.uploads;
    this.partUploads = repositories.partUploads;
    this.links = repositories.links;
    this.downloadTokens = repositories.downloadTokens;
    this.floodLocks = repositories.floodLocks;
    this.audit = repositories.audit;
    this.jobs = repositories.jobs;
    this.remoteUploads = repositories.remoteUploads;
    this.notes = repositories.notes;
    this.imports = repositories.imports;
    this.changes = repositories.changes;
  }

  async transaction<T>(work: (rows: Repositories) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#rows.atomically((rows) => work(createRepositories(rows)), options);
  }

  /** Concurrent callers share one check, so that frequent probes cost the disk one write at a time. */
  async check(): Promise<void> {
    this.#runningCheck ??= this.#check().finally(() => {
      this.#runningCheck = undefined;
    });
    return this.#runningCheck;
  }

  /** Waits for transactions that were requested before. May be called twice. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#rows.settle();
    } finally {
      await this.#flushes?.close();
      await this.#keeper?.close();
      this.#reader.close();
      this.#writer.close();
    }
  }

  async #check(): Promise<void> {
    await this.#checkFile();
    await this.#rows.read.selectFrom("write_probe").select("id").execute();
    const probe = { id: 1, written_at: Date.now() };
    await this.#rows.write
      .insertInto("write_probe")
      .values(probe)
      .onConflict((conflict) => conflict.column("id").doUpdateSet(probe))
      .execute();
  }

  async #checkFile(): Promise<void> {
    const found = await stat(this.#path, { bigint: true }).catch(() => undefined);
    if (found?.ino === this.#inode) return;
    throw removedError(this.#path);
  }
}

/** A removed file would keep accepting rows, and lose all of them at the end of the process. */
function removedError(path: string): DatabaseError {
  return new DatabaseError(
    "unavailable",
    `The database ${path} was removed or replaced while in use. Stop the server, put the file back, start again.`,
  );
}
