import { ArgumentError, DomainError } from "../errors.ts";
import type { TransferMeter } from "../housekeeping/transfer-meter.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { ContentHash, ContentHasher } from "../ports/content-hasher.ts";
import type { UploadRoom } from "../uploads/upload-room.ts";
import { partRefusal, takeRoom } from "./incoming-part.ts";
import type { LeasedLock } from "./leased-lock.ts";
import type { PartUpload, ReceivedPart } from "./part-upload.ts";
import type { StreamStep } from "./part-upload-repository.ts";
import { StreamedPart } from "./streamed-part.ts";

/** The checksum that the sender gave for the bytes of one request; 40 or 64 lower-case hexadecimal digits. */
export interface ChunkChecksum {
  readonly algorithm: "sha1" | "sha256";
  readonly digest: string;
}

export interface IncomingStreamParts {
  blobs: BlobStore;
  hasher: ContentHasher;
  room: Pick<UploadRoom, "space" | "takeFor">;
  meter: TransferMeter;
  /** Records what has arrived; resolves when that is durable. */
  advance(step: StreamStep): Promise<void>;
}

/**
 * Receives the bytes of one request at the current offset of a stream, which no other request may write meanwhile. Each
 * complete part is recorded while the next one arrives; with a checksum, nothing is recorded before all bytes have
 * arrived and match. End it with `finish`, or with `keep` after an interruption.
 */
export class IncomingStream {
  readonly #parts: IncomingStreamParts;
  readonly #upload: PartUpload;
  readonly #lock: LeasedLock;
  readonly #checksum: ChunkChecksum | undefined;
  readonly #chunk: ContentHash | undefined;
  readonly #metered: ReturnType<TransferMeter["beginUpload"]>;
  readonly #giveWay = new AbortController();
  readonly #ending = Promise.withResolvers<void>();
  /** Complete parts that are not recorded yet. */
  #unnoted: ReceivedPart[] = [];
  #notedBytes: number;
  #takenBytes: number;
  #current: StreamedPart | undefined;
  /** The previous part: it is flushed and recorded while the next one arrives. */
  #endingPart: Promise<void> = Promise.resolve();
  #failure: { error: unknown } | undefined;
  #isOver = false;

  constructor(
    parts: IncomingStreamParts,
    { upload, lock, checksum }: { upload: PartUpload; lock: LeasedLock; checksum: ChunkChecksum | undefined },
  ) {
    this.#parts = parts;
    this.#upload = upload;
    this.#lock = lock;
    this.#checksum = checksum;
    this.#chunk = checksum && parts.hasher.start(checksum.algorithm);
    this.#notedBytes = upload.receivedBytes;
    this.#takenBytes = upload.receivedBytes;
    this.#metered = parts.meter.beginUpload();
  }

  /** Aborts when another request wants to continue the stream: this one should end soon. */
  get signal(): AbortSignal {
    return this.#giveWay.signal;
  }

  /** Resolves when it is over and everything that could be kept is recorded. */
  get ended(): Promise<void> {
    return this.#ending.promise;
  }

  giveWay(): void {
    this.#giveWay.abort(
      new DomainError("upload-in-progress", "Another request continued this upload; what arrived is kept."),
    );
  }

  /**
   * The chunk's memory may be reused when this resolves, or at once if there is no promise. Rejects with a
   * `DomainError`: `bad-argument` past the end of the file, `storage-full`, `storage-unavailable`, `upload-in-progress`,
   * `offset-differs` if received bytes are lost.
   */
  write(chunk: Uint8Array): Promise<void> | undefined {
    const part = this.#current;
    const staysInPart = part !== undefined && chunk.length < part.lackingBytes && this.#chunk === undefined;
    const goesOn = staysInPart && this.#lock.isHeld && this.#parts.room.space.takeKnown(chunk.length);
    if (!goesOn) return this.#writeSlowly(chunk);
    const writing = part.write(chunk);
    if (writing !== undefined) return this.#waitFor(writing, part, chunk.length);
    this.#takenBytes += chunk.length;
    return undefined;
  }

  async #writeSlowly(chunk: Uint8Array): Promise<void> {
    this.#lock.require();
    const { accountId, blob } = this.#upload;
    if (this.#takenBytes + chunk.length > blob.sizeBytes) {
      throw new ArgumentError("other", `The file was announced with ${blob.sizeBytes} bytes, but more arrived.`);
    }
    await takeRoom(this.#parts.room, accountId, chunk.length);
    await this.#chunk?.update(chunk);
    for (let at = 0; at < chunk.length;) {
      const part = (this.#current ??= await this.#openPart());
      const piece = chunk.subarray(at, at + part.lackingBytes);
      await this.#waitFor(part.write(piece), part, piece.length);
      at += piece.length;
      if (part.lackingBytes === 0) await this.#endPart(part);
    }
  }

  /**
   * Everything has arrived. When this resolves, it is durable and recorded.
   * @returns the offset of the stream
   * @throws {DomainError} `digest-wrong` and nothing kept of this request, as `write`, and why the rows were refused
   */
  async finish(): Promise<number> {
    await this.#endingPart;
    if (this.#failure !== undefined) throw this.#failure.error;
    await this.#checkChunk();
    const part = this.#current;
    this.#current = undefined;
    const tail = await part?.pause();
    if (this.#takenBytes > this.#notedBytes) await this.#note(tail);
    await this.#end();
    return this.#notedBytes;
  }

  /** The request was interrupted. Received bytes are kept, unless their checksum can no longer be computed. */
  async keep(): Promise<void> {
    if (this.#isOver) return;
    try {
      if (this.#checksum === undefined) await this.finish();
    } catch {
      // The caller is told the offset of the stream.
    }
    await this.#drop();
  }

  async #drop(): Promise<void> {
    if (this.#isOver) return;
    this.#chunk?.abort();
    await this.#current?.abort();
    // Before the lock is released: the next writer must be alone.
    await this.#endingPart.catch(() => undefined);
    await this.#end();
  }

  async #openPart(): Promise<StreamedPart> {
    const { blob, stream } = this.#upload;
    const number = Math.floor(this.#takenBytes / blob.partBytes) + 1;
    const tail = this.#takenBytes === this.#upload.receivedBytes ? stream?.tail : undefined;
    const part = await StreamedPart.open(this.#parts, { blob, number, tail });
    if (part !== "tail-lost") return part;
    const sizeBytes = tail?.sizeBytes ?? 0;
    const toBytes = this.#notedBytes - sizeBytes;
    await this.#parts.advance({ parts: [], tail: undefined, fromBytes: this.#notedBytes, toBytes });
    throw new DomainError(
      "offset-differs",
      `The disk corrupted ${sizeBytes} bytes that had arrived, and they were dropped. Continue from ${toBytes}.`,
    );
  }

  async #waitFor(writing: Promise<void> | undefined, part: StreamedPart, bytes: number): Promise<void> {
    try {
      await writing;
    } catch (error) {
      // Nothing of this part can be kept any more.
      this.#failure = { error };
      this.#current = undefined;
      await part.abort();
      throw error;
    }
    this.#takenBytes += bytes;
  }

  async #endPart(part: StreamedPart): Promise<void> {
    this.#current = undefined;
    await this.#endingPart;
    this.#endingPart = this.#completePart(part);
    // Whoever awaits it next gets the error.
    this.#endingPart.catch(() => undefined);
  }

  async #completePart(part: StreamedPart): Promise<void> {
    this.#unnoted.push(await part.complete());
    if (this.#checksum === undefined) await this.#note(undefined);
  }

  async #note(tail: StreamStep["tail"]): Promise<void> {
    this.#lock.require();
    const parts = this.#unnoted;
    const { blob } = this.#upload;
    const before = Math.floor(this.#notedBytes / blob.partBytes);
    const whole = Math.min((before + parts.length) * blob.partBytes, blob.sizeBytes);
    const toBytes = whole + (tail?.sizeBytes ?? 0);
    await this.#parts.advance({ parts, tail, fromBytes: this.#notedBytes, toBytes });
    this.#unnoted = [];
    this.#notedBytes = toBytes;
  }

  async #checkChunk(): Promise<void> {
    if (this.#checksum === undefined) return;
    const digest = await this.#chunk?.digest().catch((error: unknown) => {
      throw partRefusal(error);
    });
    if (digest === this.#checksum.digest) return;
    throw new DomainError(
      "digest-wrong",
      "What arrived does not match Upload-Checksum and was not kept. Send it again.",
    );
  }

  async #end(): Promise<void> {
    this.#isOver = true;
    this.#metered.end();
    await this.#lock.release();
    this.#ending.resolve();
  }
}
