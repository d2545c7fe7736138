import { auditRecord } from "../audit/audit-trail.ts";
import { isDomainError } from "../errors.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { Notices } from "../housekeeping/notices.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Repositories } from "../ports/database.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { sweepEnded } from "./trash-sweep.ts";
import type { EndedTrash } from "./trash.ts";

const MIB = 1024 * 1024;
/** Goes besides what is lacking, so that an upload does not stop for each of its parts. */
const HEADROOM_BYTES = 4 * MIB;
const ENTRIES_PER_STEP = 250;
/** In a row, steps that freed nothing: copies are left, or the file system keeps what is removed. */
const MOST_FRUITLESS = 8;
const PAUSE_MS = 10 * 60_000;

/**
 * Room for uploads where the disk has reached its reserve: the oldest of the trash of whoever uploads yields. What somebody
 * removes to make room makes room, and nobody waits for weeks; what others removed is theirs.
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
  #untold = { entries: 0, sizeBytes: 0 };

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

  /** Whether an upload may begin that lacks so many bytes: nothing yields before bytes have come. */
  async mayHold(accountId: string, lackingBytes: number): Promise<boolean> {
    if (this.#isPaused) return false;
    return (await this.#database.trash.getUsage(accountId)).sizeBytes >= lackingBytes;
  }

  /** Makes room for an upload of the account, one caller at a time; false where nothing yields. */
  makeRoom(accountId: string, wantedBytes: number): Promise<boolean> {
    const next = this.#last.then(() => this.#makeRoom(accountId, wantedBytes));
    this.#last = next.catch(() => undefined);
    return next;
  }

  async #makeRoom(accountId: string, wantedBytes: number): Promise<boolean> {
    const lackingBytes = await this.#lacking(wantedBytes);
    if (lackingBytes <= 0) return true;
    if (this.#isPaused) return false;
    const wanted = { count: 1, sizeBytes: lackingBytes + HEADROOM_BYTES };
    const ended = await this.#database.transaction(async (rows) => {
      const some = await rows.trash.endOldest(accountId, wanted, { most: ENTRIES_PER_STEP });
      await this.#record(rows, some);
      return some;
    });
    if (ended.of.size === 0) return false;
    await sweepEnded({ database: this.#database, remover: this.#remover, clock: this.#clock });
    // What cannot be removed now is tried again later, and was not room that came free.
    await this.#remover.run().catch(() => undefined);
    this.#noteFreed((await this.#lacking(wantedBytes)) < lackingBytes);
    this.#tell(ended);
    return true;
  }

  /** Bytes that the disk lacks, by a fresh look. */
  async #lacking(wantedBytes: number): Promise<number> {
    try {
      await this.#space.look(wantedBytes);
      return 0;
    } catch (error) {
      if (!isDomainError(error, "storage-full")) throw error;
      return this.#space.lackingFor(wantedBytes);
    }
  }

  async #record(rows: Repositories, { of }: EndedTrash): Promise<void> {
    const now = this.#clock.now();
    const records = [...of].map(([objectId, { entries: count, sizeBytes }]) =>
      auditRecord("server", now, { action: "trash.yield", objectId, details: { count, sizeBytes } }),
    );
    await rows.audit.append(records);
  }

  #noteFreed(hasFreed: boolean): void {
    this.#fruitless = hasFreed ? 0 : this.#fruitless + 1;
    if (this.#fruitless < MOST_FRUITLESS) return;
    this.#fruitless = 0;
    this.#pausedAtMs = this.#nowMs();
    const text = "entries of the trash were removed for good, and the disk has no more room than before";
    this.#notices.tell({ isAlarm: true, text, facts: { pausedForMs: PAUSE_MS } });
  }

  get #isPaused(): boolean {
    return this.#pausedAtMs !== undefined && this.#nowMs() - this.#pausedAtMs < PAUSE_MS;
  }

  #tell({ of }: EndedTrash): void {
    for (const { entries, sizeBytes } of of.values()) {
      this.#untold.entries += entries;
      this.#untold.sizeBytes += sizeBytes;
    }
    if (this.#toldAtMs !== undefined && this.#nowMs() - this.#toldAtMs < PAUSE_MS) return;
    this.#toldAtMs = this.#nowMs();
    const text = "the disk has reached its reserve, and the trash of those who upload yields to that";
    this.#notices.tell({ isAlarm: true, text, facts: this.#untold });
    this.#untold = { entries: 0, sizeBytes: 0 };
  }

  #nowMs(): number {
    return this.#clock.elapsedMs?.() ?? this.#clock.now().getTime();
  }
}
