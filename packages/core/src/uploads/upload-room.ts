import type { Account } from "../accounts/account.ts";
import { planInForce } from "../accounts/plans.ts";
import { DomainError, isDomainError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import type { TrashRoom } from "../trash/trash-room.ts";

const MIB = 1024 * 1024;
/** After this many bytes, the account's usage is read again. */
const LOOK_AGAIN_BYTES = 4 * MIB;
/** Allowance for the fields and part headers of a form, besides its files. */
const FORM_BYTES = MIB;
const HEAD_BYTES = 1024;

export interface RoomRules {
  maxUploadBytes: number;
  maxFiles: number;
}

/** What an account has stored, and what all its running uploads have received or announced. */
interface Holder {
  uploads: number;
  storedBytes: number;
  claimedBytes: number;
  unseenBytes: number;
}

/**
 * How many bytes running uploads may still send. Counted for all of them together, before their bytes are written: each
 * alone might stay within the quota while together they fill the disk.
 */
export class UploadRoom {
  readonly space: StorageSpace;
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #rules: RoomRules;
  readonly #trashRoom: TrashRoom;
  readonly #holders = new Map<string, Holder>();

  constructor(input: {
    database: Database;
    space: StorageSpace;
    trashRoom: TrashRoom;
    clock: Clock;
    rules: RoomRules;
  }) {
    this.#database = input.database;
    this.#trashRoom = input.trashRoom;
    this.space = input.space;
    this.#clock = input.clock;
    this.#rules = input.rules;
  }

  /** For one upload; always `end` it. */
  open(): UploadShare {
    return new UploadShare(this);
  }

  /** The smallest number of file bytes in a body of that length. @throws {DomainError} `file-too-large` */
  leastOf(bodyBytes: number | undefined): number {
    const { maxFiles, maxUploadBytes } = this.#rules;
    const least = Math.max(0, (bodyBytes ?? 0) - FORM_BYTES - maxFiles * HEAD_BYTES);
    if (least <= maxUploadBytes) return least;
    throw new DomainError("file-too-large", `One upload may have at most ${maxUploadBytes} bytes; nothing was stored.`);
  }

  /**
   * Checks that the disk has this much space, or would have after trash is removed; no trash is removed for guests.
   * @throws {DomainError} `storage-full`, `storage-unavailable`
   */
  async lookFor(accountId: string | undefined, bytes: number): Promise<void> {
    try {
      await this.space.look(bytes);
    } catch (error) {
      if (!isDomainError(error, "storage-full") || accountId === undefined) throw error;
      if (!(await this.#trashRoom.mayHold(accountId, this.space.lackingFor(bytes)))) throw error;
    }
  }

  /** Takes disk space for bytes that have arrived. @throws {DomainError} `storage-full`, `storage-unavailable` */
  async takeFor(accountId: string | undefined, bytes: number): Promise<void> {
    for (;;) {
      try {
        return await this.space.take(bytes);
      } catch (error) {
        if (!isDomainError(error, "storage-full") || accountId === undefined) throw error;
        if (!(await this.#trashRoom.makeRoom(accountId, bytes))) throw error;
      }
    }
  }

  quotaOf(account: Account): number | undefined {
    return planInForce(account, this.#clock.now()).storageQuotaBytes;
  }

  /** The account's holder, with freshly read usage; always call `letGo`. */
  async hold(accountId: string): Promise<Holder> {
    const storedBytes = await this.#storedBytes(accountId);
    let holder = this.#holders.get(accountId);
    if (holder === undefined) {
      holder = { uploads: 0, storedBytes, claimedBytes: 0, unseenBytes: 0 };
      this.#holders.set(accountId, holder);
    }
    holder.storedBytes = storedBytes;
    holder.uploads += 1;
    return holder;
  }

  letGo(accountId: string, holder: Holder): void {
    holder.uploads -= 1;
    if (holder.uploads === 0) this.#holders.delete(accountId);
  }

  /** Reads what the account has stored by now. */
  async refresh(accountId: string, holder: Holder): Promise<void> {
    holder.unseenBytes = 0;
    holder.storedBytes = await this.#storedBytes(accountId);
  }

  /** Includes what uploads in parts have announced, which are counted separately. */
  async #storedBytes(accountId: string): Promise<number> {
    const { files, partUploads } = this.#database;
    return (await files.getUsage(accountId)).sizeBytes + (await partUploads.getHeld(accountId)).sizeBytes;
  }
}

/** The share of one upload in everything that is being received. */
export class UploadShare {
  readonly #room: UploadRoom;
  #accountId: string | undefined;
  #holder: Holder | undefined;
  #holderId = "";
  #quotaBytes: number | undefined;
  #claimedBytes = 0;
  #receivedBytes = 0;
  #isAdmitted = false;

  constructor(room: UploadRoom) {
    this.#room = room;
  }

  /**
   * Call before the first byte of a file for this account; undefined for a guest's. `bodyBytes` is the length of the
   * whole request, if known.
   * @throws {DomainError} `quota-exceeded`, `storage-full`, `storage-unavailable`, `file-too-large`
   */
  async admit(account: Account | undefined, bodyBytes: number | undefined): Promise<void> {
    const leastBytes = this.#room.leastOf(bodyBytes);
    this.#accountId = account?.id;
    await this.#room.lookFor(this.#accountId, Math.max(1, leastBytes - this.#receivedBytes));
    const quotaBytes = account === undefined ? undefined : this.#room.quotaOf(account);
    if (this.#isAdmitted || quotaBytes === undefined || account === undefined) return;
    this.#isAdmitted = true;
    this.#quotaBytes = quotaBytes;
    this.#holderId = account.id;
    this.#holder = await this.#room.hold(this.#holderId);
    // Compares and claims in one step, here and below: of several that do not fit together, the first succeeds.
    if (!this.#claim(leastBytes, 0)) throw this.#quotaRefusal(quotaBytes);
  }

  /**
   * Call before `countBytes` more are written. Undefined: they may be written at once.
   * @throws {DomainError} `quota-exceeded`, `storage-full`, `storage-unavailable`
   */
  take(countBytes: number): Promise<void> | undefined {
    if (this.#holder !== undefined && this.#holder.unseenBytes > LOOK_AGAIN_BYTES) return this.#takeSlowly(countBytes);
    if (!this.#claimNext(countBytes)) return this.#takeSlowly(countBytes);
    return this.#room.space.takeKnown(countBytes) ? undefined : this.#room.takeFor(this.#accountId, countBytes);
  }

  /**
   * The bytes are about to be stored or discarded, and are no longer being received. Call the result once they are
   * files.
   */
  end(): () => void {
    const holder = this.#holder;
    if (holder === undefined) return () => undefined;
    holder.claimedBytes -= this.#claimedBytes;
    this.#holder = undefined;
    this.#room.letGo(this.#holderId, holder);
    return () => void (holder.storedBytes += this.#receivedBytes);
  }

  async #takeSlowly(countBytes: number): Promise<void> {
    if (this.#holder !== undefined) await this.#room.refresh(this.#holderId, this.#holder);
    if (!this.#claimNext(countBytes)) throw this.#quotaRefusal(this.#quotaBytes ?? 0);
    if (!this.#room.space.takeKnown(countBytes)) await this.#room.takeFor(this.#accountId, countBytes);
  }

  #claimNext(countBytes: number): boolean {
    const receivedBytes = this.#receivedBytes + countBytes;
    if (!this.#claim(receivedBytes, countBytes)) return false;
    this.#receivedBytes = receivedBytes;
    return true;
  }

  /** Raises the claim to `wantedBytes`, if they fit. */
  #claim(wantedBytes: number, arrivedBytes: number): boolean {
    const addedBytes = Math.max(0, wantedBytes - this.#claimedBytes);
    const holder = this.#holder;
    if (holder !== undefined) {
      if (holder.storedBytes + holder.claimedBytes + addedBytes > (this.#quotaBytes ?? Infinity)) return false;
      holder.claimedBytes += addedBytes;
      holder.unseenBytes += arrivedBytes;
    }
    this.#claimedBytes += addedBytes;
    return true;
  }

  #quotaRefusal(quotaBytes: number): DomainError {
    const isBesideOthers = (this.#holder?.claimedBytes ?? 0) > this.#claimedBytes;
    const what = isBesideOthers ? "Together with other uploads in progress, this" : "This";
    return new DomainError(
      "quota-exceeded",
      `${what} would exceed the quota of ${quotaBytes} bytes; nothing was stored.`,
    );
  }
}
