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
import { type PartUploadParts, PartUploadService, type PartUploadOptions } from "./part-upload-service.ts";

/** How long a request that is being replaced may take to flush what it has. */
const GIVING_WAY_MS = 10_000;
/** Per request with a checksum, whose parts are recorded together at its end. */
const MOST_CHECKED_BYTES = 1024 ** 3;

export interface StreamHead {
  /** The offset at which the sender continues. */
  offsetBytes: number;
  /** Undefined if the request does not say. */
  bodyBytes: number | undefined;
  checksum: ChunkChecksum | undefined;
}

/**
 * Uploads sent as one stream, from the first byte to the last, in requests of any length. Acknowledged bytes are
 * durable, and the reported offset only covers those.
 */
export class StreamUploadService {
  readonly #parts: PartUploadParts;
  readonly #uploads: PartUploadService;
  /** Requests running in this process, by upload id. */
  readonly #running = new Map<string, IncomingStream>();

  constructor(parts: PartUploadParts, uploads: PartUploadService) {
    this.#parts = parts;
    this.#uploads = uploads;
  }

  /**
   * An empty file is complete immediately.
   * @throws {DomainError} as `create` of uploads in parts and, for an empty file, `complete`
   */
  async create(
    actor: Actor,
    options: PartUploadOptions & { streamMetadata: string },
    signal?: AbortSignal,
  ): Promise<PartUpload> {
    const upload = await this.#uploads.create(actor, options, signal);
    if (upload.blob.sizeBytes > 0) return upload;
    try {
      return { ...upload, file: await this.#uploads.complete(actor, upload.id) };
    } catch (error) {
      await this.#uploads.abort(actor, upload.id).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Its current offset. Ends a request that is still sending, because the caller has lost track of it. If all bytes are
   * there, the upload is complete when this resolves, or the reason why not is thrown.
   * @throws {DomainError} `upload-not-found`, `folder-not-found`, `upload-in-progress`, and the refusals of an upload
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
   * Opens it for more bytes, after ending a request that is still sending.
   * @throws {DomainError} `upload-not-found`, `folder-not-found`, `offset-differs`, `bad-argument`,
   *   `upload-in-progress` while another process receives its bytes
   */
  async open(actor: Actor, id: string, { offsetBytes, bodyBytes, checksum }: StreamHead): Promise<IncomingStream> {
    await this.#admit(actor, id);
    if (checksum !== undefined && (bodyBytes ?? Infinity) > MOST_CHECKED_BYTES) throw tooMuchToCheck();
    await this.#stopRunning(id);
    const held = await this.#parts.locker.tryAcquire(`part-upload ${id} stream`, LeasedLock.leaseMs);
    if (held === undefined) throw isBusy();
    const lock = new LeasedLock(held);
    try {
      // Only check while holding the lock: without it, the offset may move.
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

  /** As for an upload in parts. */
  complete(actor: Actor, id: string): Promise<UploadedFile> {
    return this.#uploads.complete(actor, id);
  }

  /** Discards it and everything received. @throws {DomainError} `upload-not-found`, also when it is complete */
  async abort(actor: Actor, id: string): Promise<void> {
    requireUploader(actor, this.#parts.rules, this.#now());
    await this.#admit(actor, id, "fine");
    await this.#stopRunning(id);
    await this.#uploads.abort(actor, id);
  }

  /** @throws {DomainError} `upload-not-found`, also for one that is not a stream */
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

/** The two services for uploads in parts. */
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
