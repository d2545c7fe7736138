import { auditRecord } from "../audit/audit-trail.ts";
import { endAll, listOldest, type OldestOf, usageBeside } from "../accounts/yielding.ts";
import { isDomainError } from "../errors.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { Notices } from "../housekeeping/notices.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { sweepEnded } from "./trash-sweep.ts";

const MIB = 1024 * 1024;
/** Freed beyond what is missing, so that an upload does not stop for each of its parts. */
const HEADROOM_BYTES = 4 * MIB;
const LACKS_ROOM = "what lies in the trash and older versions make room on a full disk";
/** Consecutive steps that freed nothing: other copies exist, or the file system keeps what is removed. */
const MOST_FRUITLESS = 8;
const PAUSE_MS = 10 * 60_000;

/**
 * Makes room for uploads when the disk has reached its reserve, by removing the oldest trash and older versions of the
 * uploading account. So removing files really makes room, without waiting for weeks; other accounts' trash is left
 * alone.
 */
export class TrashRoom {
  readonly #database: Database;
  readonly #remover: BytesRemover;
  readonly #space: StorageSpace;
  readonly #clock: Clock;
  readonly #notices: Notices;
  #last: Promise<unknown> = Promise.resolve();
  #fruitless = 0;
  #pausedAtMs: number | undefined;
  #toldAtMs: number | undefined;
  #untold = { entries: 0, versions: 0, sizeBytes: 0 };

  constructor(input: {
    database: Database;
    remover: BytesRemover;
    space: StorageSpace;
    clock: Clock;
    notices: Notices;
  }) {
    this.#database = input.database;
    this.#remover = input.remover;
    this.#space = input.space;
    this.#clock = input.clock;
    this.#notices = input.notices;
  }

  /** Whether an upload may begin that lacks this many bytes: nothing is removed before bytes have arrived. */
  async mayHold(accountId: string, lackingBytes: number): Promise<boolean> {
    if (this.#isPaused) return false;
    return (await usageBeside(this.#database, accountId)).sizeBytes >= lackingBytes;
  }

  /** Makes room for an upload of the account, one caller at a time; false if there is nothing to remove. */
  makeRoom(accountId: string, wantedBytes: number): Promise<boolean> {
    const next = this.#last.then(() => this.#makeRoom(accountId, wantedBytes));
    this.#last = next.catch(() => undefined);
    return next;
  }

  async #makeRoom(accountId: string, wantedBytes: number): Promise<boolean> {
    const lackingBytes = await this.#lacking(wantedBytes);
    if (lackingBytes <= 0) return true;
    if (this.#isPaused) return false;
    const ended = await this.#database.transaction(async (rows) => {
      const some = firstOf(await listOldest(rows, accountId), lackingBytes + HEADROOM_BYTES);
      await endAll(rows, some, LACKS_ROOM);
      await this.#record(rows, accountId, some);
      return some;
    });
    if (ended.length === 0) return false;
    await sweepEnded({ database: this.#database, remover: this.#remover, clock: this.#clock });
    // What cannot be removed now is retried later, and does not count as freed.
    await this.#remover.run().catch(() => undefined);
    this.#noteFreed((await this.#lacking(wantedBytes)) < lackingBytes);
    this.#tell(ended);
    return true;
  }

  /** How many bytes the disk lacks, freshly checked. */
  async #lacking(wantedBytes: number): Promise<number> {
    try {
      await this.#space.look(wantedBytes);
      return 0;
    } catch (error) {
      if (!isDomainError(error, "storage-full")) throw error;
      return this.#space.lackingFor(wantedBytes);
    }
  }

  async #record(rows: Repositories, objectId: string, ended: readonly OldestOf[]): Promise<void> {
    const now = this.#clock.now();
    const parts = [
      ["trash.yield", ended.filter(({ isVersion }) => !isVersion)],
      ["version.yield", ended.filter(({ isVersion }) => isVersion)],
    ] as const;
    const records = parts
      .filter(([, some]) => some.length > 0)
      .map(([action, some]) =>
        auditRecord("server", now, {
          action,
          objectId,
          details: { count: some.length, sizeBytes: bytesOf(some) },
        }),
      );
    await rows.audit.append(records);
  }

  #noteFreed(hasFreed: boolean): void {
    this.#fruitless = hasFreed ? 0 : this.#fruitless + 1;
    if (this.#fruitless < MOST_FRUITLESS) return;
    this.#fruitless = 0;
    this.#pausedAtMs = this.#nowMs();
    const text = "trash and older versions were removed for good, but the disk has no more free space than before";
    this.#notices.tell({ isAlarm: true, text, facts: { pausedForMs: PAUSE_MS } });
  }

  get #isPaused(): boolean {
    return this.#pausedAtMs !== undefined && this.#nowMs() - this.#pausedAtMs < PAUSE_MS;
  }

  #tell(ended: readonly OldestOf[]): void {
    this.#untold.entries += ended.filter(({ isVersion }) => !isVersion).length;
    this.#untold.versions += ended.filter(({ isVersion }) => isVersion).length;
    this.#untold.sizeBytes += bytesOf(ended);
    if (this.#toldAtMs !== undefined && this.#nowMs() - this.#toldAtMs < PAUSE_MS) return;
    this.#toldAtMs = this.#nowMs();
    const text =
      "the disk is down to its reserve: the oldest trash and older versions of accounts that upload are removed to make room";
    this.#notices.tell({ isAlarm: true, text, facts: this.#untold });
    this.#untold = { entries: 0, versions: 0, sizeBytes: 0 };
  }

  #nowMs(): number {
    return this.#clock.elapsedMs?.() ?? this.#clock.now().getTime();
  }
}

/** The first entries that together have this many bytes; at least one. */
function firstOf(oldest: readonly OldestOf[], wantedBytes: number): OldestOf[] {
  const taken: OldestOf[] = [];
  for (const each of oldest) {
    if (bytesOf(taken) >= wantedBytes) break;
    taken.push(each);
  }
  return taken;
}

const bytesOf = (some: readonly OldestOf[]): number => some.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
