import { ArgumentError, DomainError } from "../errors.ts";
import type { Actor } from "../policy/actor.ts";
import { transactionAs } from "../policy/fresh-actor.ts";
import { requireUploader } from "../uploads/upload.ts";
import type { UploadedFile } from "../uploads/upload-session.ts";
import { type ChunkChecksum, IncomingStream } from "./incoming-stream.ts";
import { LeasedLock } from "./leased-lock.ts";
import { admitToPartUpload } from "./part-upload-access.ts";
import { arrivalAt, type PartUpload } from "./part-upload.ts";
import type { StreamStep } from "./part-upload-repository.ts";
import { type PartUploadParts, PartUploadService, type PartUploadWishes } from "./part-upload-service.ts";

/** How long a request that is to give way may take to flush what it has. */
const GIVING_WAY_MS = 10_000;
/** Of one request with a checksum, whose parts are noted together at its end. */
const MOST_CHECKED_BYTES = 1024 ** 3;

export interface StreamHead {
  /** Where the sender takes the stream to stand. */
  offsetBytes: number;
  /** Undefined where the request does not tell. */
  bodyBytes: number | undefined;
  checksum: ChunkChecksum | undefined;
}

/**
 * Uploads by parts that come as one stream, from the first byte to the last, in requests of any length. What was answered is
 * durable, and whoever asks where it stands is told of nothing else.
 */
export class StreamUploadService {
  readonly #parts: PartUploadParts;
  readonly #uploads: PartUploadService;
  /** By the id of the upload: those that run in this process. */
  readonly #running = new Map<string, IncomingStream>();

  constructor(parts: PartUploadParts, uploads: PartUploadService) {
    this.#parts = parts;
    this.#uploads = uploads;
  }

  /** An empty file is there at once. @throws {DomainError} as `create` and, of an empty one, `complete` of uploads by parts */
  async create(
    actor: Actor,
    wishes: PartUploadWishes & { streamMetadata: string },
    signal?: AbortSignal,
  ): Promise<PartUpload> {
    const upload = await this.#uploads.create(actor, wishes, signal);
    if (upload.blob.sizeBytes > 0) return upload;
    try {
      return { ...upload, file: await this.#uploads.complete(actor, upload.id) };
    } catch (error) {
      await this.#uploads.abort(actor, upload.id).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Where it stands. A request that is sending for it ends: whoever asks does not know of it any more. One of which all is there
   * is complete when this resolves, or the reason is thrown why it cannot be.
   * @throws {DomainError} `upload-not-found`, `folder-not-found`, `upload-in-progress`, and what an upload is refused for
   */
  async find(actor: Actor, id: string): Promise<PartUpload> {
    await this.#admit(actor, id);
    await this.#stopRunning(id);
    const upload = await this.#admit(actor, id);
    if (upload.file !== undefined || upload.receivedBytes < upload.blob.sizeBytes) return upload;
    const file = await this.#uploads.complete(actor, id);
    return { ...upload, file };
  }

  /**
   * Opens it for more bytes, after a request that sends for it has ended.
   * @throws {DomainError} `upload-not-found`, `folder-not-found`, `offset-differs`, `bad-argument`, `upload-in-progress` while
   *   another process takes bytes of it
   */
  async open(actor: Actor, id: string, { offsetBytes, bodyBytes, checksum }: StreamHead): Promise<IncomingStream> {
    await this.#admit(actor, id);
    if (checksum !== undefined && (bodyBytes ?? Infinity) > MOST_CHECKED_BYTES) throw tooMuchToCheck();
    await this.#stopRunning(id);
    const held = await this.#parts.locker.tryAcquire(`part-upload ${id} stream`, LeasedLock.leaseMs);
    if (held === undefined) throw isBusy();
    const lock = new LeasedLock(held);
    try {
      // Only who holds the lock may look: where it stands moves under everybody else.
      const upload = await this.#admit(actor, id);
      requireOffset(upload, offsetBytes, bodyBytes);
      const advance = (step: StreamStep) => this.#advance(actor, id, step);
      const stream = new IncomingStream({ ...this.#parts, advance }, { upload, lock, checksum });
      this.#running.set(id, stream);
      void this.#forgetAtEnd(id, stream);
      return stream;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Asks the policy again. @throws {DomainError} when the right has ended */
  recheck(actor: Actor, id: string): Promise<void> {
    return this.#uploads.recheck(actor, id);
  }

  /** As of an upload by parts. */
  complete(actor: Actor, id: string): Promise<UploadedFile> {
    return this.#uploads.complete(actor, id);
  }

  /** Drops it with all that came. @throws {DomainError} `upload-not-found` also when it is complete */
  async abort(actor: Actor, id: string): Promise<void> {
    requireUploader(actor, this.#parts.rules, this.#now());
    await this.#admit(actor, id, "fine");
    await this.#stopRunning(id);
    await this.#uploads.abort(actor, id);
  }

  /** @throws {DomainError} `upload-not-found` also for one that does not come as a stream */
  async #admit(actor: Actor, id: string, lacksFolder: "fine" | "refused" = "refused"): Promise<PartUpload> {
    requireUploader(actor, this.#parts.rules, this.#now());
    const upload = await admitToPartUpload(this.#parts.database, actor, { id, now: this.#now(), lacksFolder });
    if (upload.stream !== undefined) return upload;
    throw new DomainError("upload-not-found", "This is an upload in parts, not a tus upload.");
  }

  async #stopRunning(id: string): Promise<void> {
    const running = this.#running.get(id);
    if (running === undefined) return;
    running.giveWay();
    const late = Promise.withResolvers<"late">();
    const timer = setTimeout(() => late.resolve("late"), GIVING_WAY_MS);
    const end = await Promise.race([running.ended, late.promise]).finally(() => clearTimeout(timer));
    if (end === "late") throw isBusy();
  }

  async #forgetAtEnd(id: string, stream: IncomingStream): Promise<void> {
    await stream.ended;
    if (this.#running.get(id) === stream) this.#running.delete(id);
  }

  async #advance(actor: Actor, id: string, step: StreamStep): Promise<void> {
    await transactionAs(this.#parts.database, actor, async (rows, caller) => {
      const now = this.#now();
      requireUploader(caller, this.#parts.rules, now);
      const { file, receivedBytes } = await admitToPartUpload(rows, caller, { id, now });
      if (file !== undefined) throw new DomainError("upload-not-found", "The upload is complete.");
      if (receivedBytes !== step.fromBytes) throw isBusy();
      await rows.partUploads.advance(id, step, arrivalAt(now));
    });
  }

  #now(): Date {
    return this.#parts.clock.now();
  }
}

/** Both ways into uploads by parts. */
export function partUploadServices(parts: PartUploadParts): {
  partUploads: PartUploadService;
  streamUploads: StreamUploadService;
} {
  const partUploads = new PartUploadService(parts);
  return { partUploads, streamUploads: new StreamUploadService(parts, partUploads) };
}

function requireOffset({ blob, receivedBytes }: PartUpload, offsetBytes: number, bodyBytes: number | undefined): void {
  if (offsetBytes !== receivedBytes) {
    throw new DomainError("offset-differs", `The upload is at offset ${receivedBytes}, not ${offsetBytes}.`);
  }
  if (receivedBytes + (bodyBytes ?? 0) > blob.sizeBytes) {
    throw new ArgumentError("other", `The file has ${blob.sizeBytes} bytes, but more were announced.`);
  }
}

const isBusy = () =>
  new DomainError("upload-in-progress", "Another request is sending to this upload. Try again in a moment.");

const tooMuchToCheck = () =>
  new ArgumentError(
    "other",
    `A request with a checksum needs a Content-Length of at most ${MOST_CHECKED_BYTES} bytes; nothing was stored.`,
  );
