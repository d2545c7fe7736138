import type { FastifyRequest } from "fastify";
import type { HeldBytes } from "../../bounds/held-bytes.ts";
import type { RequestRoom } from "../../bounds/request-room.ts";
import { isKnownCaller } from "../../wire/caller.ts";
import { MultipartError } from "../../multipart/multipart-error.ts";

/** Memory for an upload's parser besides form fields: the head of a part, and bytes read ahead. */
const PARSER_BYTES = 256 * 1024;
/**
 * Additional memory for a file being received: bytes for the disk and for the checksum. Measured with hundreds of
 * uploads.
 */
const FILE_BYTES = 128 * 1024;

/** Memory and time of one upload: little of both, and reclaimed for others, until its sender is accepted. */
export class UploadHold implements Disposable {
  readonly #room: RequestRoom;
  readonly #request: FastifyRequest;
  readonly #ending = new AbortController();
  readonly #patience: NodeJS.Timeout;
  #held: HeldBytes;
  #isKnown = false;
  #isWelcome = false;
  #isComplete = false;
  #fieldBytes = 0;

  /** @throws {OverloadError} */
  constructor(room: RequestRoom, request: FastifyRequest) {
    this.#room = room;
    this.#request = request;
    this.#held = this.#open(PARSER_BYTES);
    const { bodyTimeoutMs } = room.boundsOf(request);
    this.#patience = setTimeout(() => this.#ending.abort(new MultipartError("too-slow")), bodyTimeoutMs);
  }

  /** Aborts the upload while its sender is not accepted yet. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** @throws {OverloadError} */
  takeFieldBytes(count: number): void {
    this.#held.take(count);
    this.#fieldBytes += count;
  }

  /**
   * From now on it may take the time that files need, and is counted with uploads of its kind: by users or by guests.
   * An upload receives its files one after the other, so their number makes no difference.
   * @throws {OverloadError}
   */
  welcome(): void {
    if (this.#isWelcome) return;
    // An upload that was cut while its sender was checked must not take memory from others.
    this.signal.throwIfAborted();
    this.#isWelcome = true;
    clearTimeout(this.#patience);
    try {
      if (this.#isKnown) this.#held.take(FILE_BYTES);
      else this.#moveToWelcome();
    } catch (error) {
      // It is refused: if it kept its memory, others who hold less would cut uploads of the same caller.
      this.#held.release();
      throw error;
    }
    if (this.#isComplete) this.#held.settle();
    else this.#held.run();
  }

  /** In one step: half of the memory would displace others without being enough. */
  #moveToWelcome(): void {
    const before = this.#held;
    this.#held = this.#open(PARSER_BYTES + this.#fieldBytes + FILE_BYTES, { isWelcome: true });
    before.release();
  }

  /** Everything has arrived: the rest of the work is not given up for others. */
  complete(): void {
    this.#isComplete = true;
    this.#held.settle();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#patience);
    this.#held.release();
  }

  #open(bytes: number, options: { isWelcome?: boolean } = {}): HeldBytes {
    this.#isKnown = isKnownCaller(this.#request);
    const held = this.#room.hold(this.#request, (reason) => this.#ending.abort(reason), options);
    try {
      held.take(bytes);
    } catch (error) {
      held.release();
      throw error;
    }
    return held;
  }
}
