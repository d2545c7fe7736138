import type { FastifyRequest } from "fastify";
import type { HeldBytes } from "../../bounds/held-bytes.ts";
import type { RequestRoom } from "../../bounds/request-room.ts";
import { isKnownCaller } from "../../wire/caller.ts";
import { MultipartError } from "../../multipart/multipart-error.ts";

/** What the parser of an upload may hold beside form fields: the head of a part, and bytes read ahead. */
const PARSER_BYTES = 256 * 1024;
/** What a file on its way takes beside: bytes for the disk and for the checksum. Measured with hundreds of uploads. */
const FILE_BYTES = 128 * 1024;

/** Memory and time of one upload: little of both, and taken back for others, until its sender is welcome. */
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

  /** Ends the upload before its sender was welcome. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** @throws {OverloadError} */
  takeFieldBytes(count: number): void {
    this.#held.take(count);
    this.#fieldBytes += count;
  }

  /**
   * From now on it may take the time that files need, and is counted with those of its kind: of users or of guests. An
   * upload takes its files one after the other, so how many they are makes no difference.
   * @throws {OverloadError}
   */
  welcome(): void {
    if (this.#isWelcome) return;
    // Whoever had to make room while it was asked whether they are welcome must not take the room of others.
    this.signal.throwIfAborted();
    this.#isWelcome = true;
    clearTimeout(this.#patience);
    try {
      if (this.#isKnown) this.#held.take(FILE_BYTES);
      else this.#moveToWelcome();
    } catch (error) {
      // It is refused: what it still held would make others who hold less push out uploads of the same caller.
      this.#held.release();
      throw error;
    }
    if (this.#isComplete) this.#held.settle();
    else this.#held.run();
  }

  /** In one step: half of its room would push out others, and not be enough for it. */
  #moveToWelcome(): void {
    const before = this.#held;
    this.#held = this.#open(PARSER_BYTES + this.#fieldBytes + FILE_BYTES, { isWelcome: true });
    before.release();
  }

  /** Everything has come: what is left to do is not given up for others. */
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
