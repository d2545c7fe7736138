import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { addressOf } from "../wire/caller.ts";
import type { ByteBounds } from "./edge-bounds.ts";
import { BytePool } from "./held-bytes.ts";
import { whenEnded } from "./request-ends.ts";
import type { Shares } from "./shares.ts";
import type { SlowReaders } from "./slow-readers.ts";

/** Smaller answers are sent at once and not counted. */
export const LARGE_ANSWER_BYTES = 64 * 1024;
/** Memory used by an answer that is produced while it is read. */
const STREAMED_ANSWER_BYTES = 256 * 1024;

/**
 * Large answers are sent piece by piece, as fast as they are read, and only a limited number at once: a stuck one is
 * cut for a new one, else the new one is refused. `SlowReaders` cuts those that nobody reads.
 */
export class AnswerRoom {
  readonly #bounds: ByteBounds;
  readonly #shares: Shares;
  readonly #readers: SlowReaders;
  readonly #pool: BytePool;

  constructor(bounds: ByteBounds, shares: Shares, readers: SlowReaders) {
    this.#bounds = bounds;
    this.#shares = shares;
    this.#readers = readers;
    this.#pool = new BytePool(bounds);
  }

  watch(app: FastifyInstance): void {
    app.addHook("onSend", (request, reply, payload: unknown, done) => {
      try {
        done(null, this.#admit(request, reply, payload));
      } catch (error) {
        done(error as Error);
      }
    });
  }

  /** @throws {OverloadError} */
  #admit(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
    if (payload instanceof Readable) this.#hold(request, reply, STREAMED_ANSWER_BYTES);
    if (typeof payload !== "string" && !Buffer.isBuffer(payload)) return payload;
    if (payload.length <= LARGE_ANSWER_BYTES || request.method === "HEAD") return payload;
    this.#hold(request, reply, payload.length);
    reply.header("content-length", Buffer.byteLength(payload));
    return Readable.from(typeof payload === "string" ? piecesOfText(payload) : piecesOf(payload));
  }

  #hold(request: FastifyRequest, reply: FastifyReply, byteCount: number): void {
    const held = this.#pool.open(this.#shares.of(addressOf(request)), {
      cut: () => void reply.raw.destroy(),
      mayBeCut: () => this.#readers.isStuck(reply.raw),
    });
    whenEnded(request, () => held.release());
    try {
      held.take(Math.min(byteCount, this.#bounds.perCaller));
    } catch (error) {
      held.release();
      throw error;
    }
  }
}

/** Never splits a character. */
function* piecesOfText(text: string): Generator<string> {
  let from = 0;
  while (from < text.length) {
    let to = Math.min(from + LARGE_ANSWER_BYTES, text.length);
    const isWithinPair = /[\uD800-\uDBFF]/.test(text.charAt(to - 1));
    if (isWithinPair) to += 1;
    yield text.slice(from, to);
    from = to;
  }
}

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += LARGE_ANSWER_BYTES) {
    yield bytes.subarray(from, from + LARGE_ANSWER_BYTES);
  }
}
