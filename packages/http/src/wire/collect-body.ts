import type { IncomingMessage } from "node:http";
import { GrowingBuffer } from "../bounds/growing-buffer.ts";
import type { HeldBytes } from "../bounds/held-bytes.ts";
import type { OverloadError } from "./error-answer.ts";
import { RequestError } from "./error-answer.ts";

/**
 * A body of up to this size that came in one piece, or has arrived completely, is too small to count: it is processed
 * at once.
 */
const UNCOUNTED_BYTES = 16 * 1024;

export interface BodyRoom {
  maxBytes: number;
  /** Opens the count of its memory; called when there is something to count. */
  open(cut: (reason: OverloadError) => void): HeldBytes;
}

/** With an error the body is empty. */
type BodyTaker = (error: Error | null, body: Buffer) => void;

const nothing = Buffer.alloc(0);

/** Collects a small body in memory. `done` is called once; after an error the rest of the body is not read here. */
export function collectBody(request: IncomingMessage, room: BodyRoom, done: BodyTaker): void {
  const announcedBytes = Number(request.headers["content-length"] ?? NaN);
  if (announcedBytes > room.maxBytes) return done(tooLarge(room.maxBytes), nothing);
  if (isAtHand(request, announcedBytes)) return done(null, takeWhole(request));
  new BodyCollector(request, room, announcedBytes, done).start();
}

/** Most bodies come with their head and have arrived by now: then nothing has to be waited for. */
function isAtHand({ destroyed, readableLength, readableFlowing }: IncomingMessage, announcedBytes: number): boolean {
  const isThere = !destroyed && readableFlowing === null;
  return isThere && readableLength === announcedBytes && announcedBytes <= UNCOUNTED_BYTES;
}

/** Node may not have emitted its end yet, which need not be awaited either. */
function takeWhole(request: IncomingMessage): Buffer {
  // An unhandled error would end the process.
  request.on("error", ignore);
  return (request.read() as Buffer | null) ?? nothing;
}

const ignore = (): void => undefined;

class BodyCollector {
  readonly #request: IncomingMessage;
  readonly #room: BodyRoom;
  readonly #announcedBytes: number;
  readonly #done: BodyTaker;
  #held: HeldBytes | undefined;
  #joined: GrowingBuffer | undefined;
  #whole: Buffer | undefined;
  #isDone = false;

  constructor(request: IncomingMessage, room: BodyRoom, announcedBytes: number, done: BodyTaker) {
    this.#request = request;
    this.#room = room;
    this.#announcedBytes = announcedBytes;
    this.#done = done;
  }

  start(): void {
    this.#request.on("data", this.#onData).on("end", this.#onEnd).on("error", this.#onError).on("close", this.#onClose);
  }

  readonly #onData = (chunk: Buffer): void => {
    try {
      this.#take(chunk);
    } catch (error) {
      this.#fail(error as Error);
    }
  };

  #take(chunk: Buffer): void {
    if (this.#joined === undefined && chunk.length === this.#announcedBytes) {
      if (chunk.length > UNCOUNTED_BYTES) this.#open().take(chunk.length);
      this.#whole = chunk;
      return;
    }
    this.#joined ??= this.#counted(this.#open());
    if (this.#joined.length + chunk.length > this.#room.maxBytes) throw tooLarge(this.#room.maxBytes);
    this.#joined.add(chunk);
  }

  #counted(held: HeldBytes): GrowingBuffer {
    // Twice, because the garbage of growing bodies is collected late.
    return new GrowingBuffer((bytes) => held.take(2 * bytes));
  }

  #open(): HeldBytes {
    this.#held = this.#room.open((reason) => this.#fail(reason));
    return this.#held;
  }

  readonly #onEnd = (): void => {
    if (!this.#isFirst()) return;
    this.#held?.settle();
    this.#done(null, this.#whole ?? this.#joined?.bytes() ?? nothing);
  };

  readonly #onError = (): void => this.#fail(new RequestError("badRequest", "The body of the request was cut off."));
  readonly #onClose = this.#onError;

  #fail(error: Error): void {
    if (!this.#isFirst()) return;
    this.#held?.release();
    this.#joined = undefined;
    this.#whole = undefined;
    this.#done(error, nothing);
  }

  #isFirst(): boolean {
    if (this.#isDone) return false;
    this.#isDone = true;
    // The error listener stays: an unhandled error would end the process.
    this.#request.off("data", this.#onData).off("end", this.#onEnd).off("close", this.#onClose);
    return true;
  }
}

function tooLarge(maxBytes: number): RequestError {
  return new RequestError("tooLarge", `The body of this request may have at most ${maxBytes} bytes.`);
}
