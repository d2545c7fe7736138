import { ArgumentError, DomainError } from "../errors.ts";
import type { BytesRemover } from "../housekeeping/bytes-remover.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import type { Actor } from "../policy/actor.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import type { Database } from "../ports/database.ts";
import { newUploadId } from "../random-ids.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { REPORT_LIFE_MS, requireUploader, Upload, type UploadRules } from "./upload.ts";
import type { UploadRoom } from "./upload-room.ts";
import type { UploadReport } from "./upload-session.ts";
import { isLasting } from "../time-span.ts";
import { noteEnd } from "../unwritable.ts";

const HOUR_MS = 3_600_000;
/** An upload may take four hours; the offer must outlive it. */
const OFFER_LIFE_MS = 6 * HOUR_MS;
/**
 * Must be as long as offered ids: whoever knows the id may read the report, including removal codes, so a short
 * invented id could be guessed.
 */
const UPLOAD_ID = /^[A-Za-z0-9]{10}$/;

/** Receives files: they are staged, made durable, then stored together with their report in one transaction. */
export class UploadService {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #parts: Omit<ConstructorParameters<typeof Upload>[0], "id" | "share">;
  readonly #room: UploadRoom;
  readonly rules: UploadRules;

  constructor(input: {
    database: Database;
    blobs: BlobStore;
    hasher: ContentHasher;
    remover: BytesRemover;
    clock: Clock;
    space: StorageSpace;
    meter: TransferMeter;
    maxEntries: number;
    rules: UploadRules;
    room: UploadRoom;
  }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.#parts = input;
    this.#room = input.room;
    this.rules = input.rules;
  }

  /** An id for one upload. Nothing is stored for it until the upload begins. */
  offer(): { id: string } {
    return { id: newUploadId() };
  }

  /**
   * Claims the id for one upload by somebody who may upload: strangers write nothing. Ids invented by clients are
   * accepted if they are long enough.
   * @throws {DomainError} `not-authenticated`, `scope-missing`, `bad-argument`, `upload-in-progress` when the id has
   *   served or serves another upload
   */
  async begin(id: string, by: Actor): Promise<Upload> {
    requireUploader(by, this.rules, this.#clock.now());
    if (!UPLOAD_ID.test(id))
      throw new ArgumentError(
        "other",
        "An upload id has 10 letters and digits; nothing was stored. Ask upload/get_upload_server for one.",
      );
    const now = this.#clock.now();
    const isOurs = await this.#database.uploads.claim(id, now, new Date(now.getTime() + OFFER_LIFE_MS));
    if (!isOurs) {
      throw new DomainError(
        "upload-in-progress",
        "This upload id is in use; request a new one and send the files again.",
      );
    }
    return new Upload({ ...this.#parts, id, share: this.#room.open() });
  }

  /** @throws {DomainError} `upload-not-found`, `upload-in-progress` while bytes are still arriving */
  async getReport(id: string): Promise<UploadReport> {
    const session = UPLOAD_ID.test(id) ? await this.#database.uploads.findById(id) : undefined;
    const endsAt = session?.expiresAt ?? new Date(0);
    // No session lasts longer than its report.
    const beganAt = new Date(endsAt.getTime() - REPORT_LIFE_MS);
    if (session === undefined || !isLasting({ beganAt, endsAt }, this.#clock.now())) {
      if (endsAt.getTime() > 0) await noteEnd(() => this.#database.uploads.expire(id, endsAt));
      throw new DomainError("upload-not-found", "There is no upload with this id, or its report has expired.");
    }
    if (session.report === undefined) {
      throw new DomainError("upload-in-progress", "This upload is not finished; ask again when all bytes are sent.");
    }
    return session.report;
  }
}
