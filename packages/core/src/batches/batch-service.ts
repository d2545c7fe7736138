import { DomainError } from "../errors.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import { admitToFillFolder, ownerOfFolder } from "../folders/folder-access.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import { freshActor } from "../policy/fresh-actor.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import type { Database } from "../ports/database.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { requireUploader, type UploadRules } from "../uploads/upload.ts";
import type { UploadRoom } from "../uploads/upload-room.ts";
import { Batch } from "./batch-intake.ts";
import type { BatchOutcome, BatchOptions } from "./batch.ts";

/** Receives many small files in one request, each with its path, and makes them durable in groups. */
export class BatchService {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * @param tell is called with outcomes as soon as they are durable; never after `end` or `abort`
   *   has resolved
   * @throws {DomainError} `not-authenticated`, `scope-missing`, `folder-not-found`, `not-allowed`, `owner-locked`,
   *   `storage-full`, `storage-unavailable`
   */
  async begin(actor: Actor, options: BatchOptions, tell: (outcomes: readonly BatchOutcome[]) => void): Promise<Batch> {
    const { database, room, rules, clock } = this.#parts;
    requireUploader(actor, rules, clock.now());
    if (!isAccountActor(actor)) {
      throw new DomainError("not-authenticated", "A batch of files needs an account; nothing was stored.");
    }
    const folder = await admitToFillFolder(database, actor, options.folder, clock.now());
    const owner = await ownerOfFolder(database, folder);
    await room.lookFor(owner.id, 1);
    return new Batch({ ...this.#parts, actor, owner, options, tell });
  }

  /** Asks the policy again, so that a long batch ends when its right does. @throws {DomainError} then */
  async recheck(actor: Actor, { folder }: Pick<BatchOptions, "folder">): Promise<void> {
    const { database, rules, clock } = this.#parts;
    const caller = await freshActor(database, actor);
    requireUploader(caller, rules, clock.now());
    await admitToFillFolder(database, caller, folder, clock.now());
  }
}

interface Parts {
  database: Database;
  blobs: BlobStore;
  hasher: ContentHasher;
  clock: Clock;
  space: StorageSpace;
  room: UploadRoom;
  remover: BytesRemover;
  meter: TransferMeter;
  maxEntries: number;
  usualVersionDays: number;
  rules: UploadRules;
}
