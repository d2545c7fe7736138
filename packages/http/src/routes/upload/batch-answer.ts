import { type Face, fileUrl, ndjson } from "@consigne/contract";
import { type AccountActor, type BatchOutcome, isAccountActor } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { refusedResult } from "../../wire/error-answer.ts";
import { isTaken } from "../../wire/send-chunks.ts";

/** A client that does not read the rest by then is cut off. */
const TAKE_TIMEOUT_MS = 30_000;

/**
 * The answer to a batch, started with the first outcome: earlier refusals have their own status. It does not wait for a
 * client that reads nothing before it has sent everything: the lines of a batch are limited by its files.
 */
export class BatchAnswer {
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #face: Face;

  constructor(request: FastifyRequest, reply: FastifyReply, face: Face) {
    this.#request = request;
    this.#reply = reply;
    this.#face = face;
  }

  get hasBegun(): boolean {
    return this.#reply.sent;
  }

  tell(outcomes: readonly BatchOutcome[]): void {
    this.#begin();
    this.#reply.raw.write(outcomes.map((outcome) => this.#lineOf(outcome)).join(""));
  }

  /** Resolves when the client has read everything, or is gone. */
  async end(result: { files: number } | { error: unknown }): Promise<void> {
    this.#begin();
    const { raw } = this.#reply;
    const last = "files" in result ? { status: "OK", files: result.files } : { status: "KO", ...errorOf(result.error) };
    await isTaken(raw, `${JSON.stringify(last)}\n`, TAKE_TIMEOUT_MS);
    raw.end();
  }

  #begin(): void {
    if (this.hasBegun) return;
    this.#reply.hijack();
    // A client that leaves is a result here, not an error: `close` follows.
    this.#reply.raw.on("error", () => {});
    const headers: Record<string, number | string | string[] | undefined> = this.#reply.getHeaders();
    // Otherwise nginx would buffer the lines until it has some kilobytes.
    this.#reply.raw.writeHead(200, { ...headers, "content-type": ndjson, "x-accel-buffering": "no" });
  }

  #lineOf(outcome: BatchOutcome): string {
    return `${JSON.stringify({ file: outcome.number, outcome: outcome.outcome, ...this.#detailsOf(outcome) })}\n`;
  }

  #detailsOf(outcome: BatchOutcome): object {
    if (outcome.outcome === "failed") return errorOf(outcome.error);
    if (!("file" in outcome)) return {};
    const { fileId, folderId, name, whirlpool, domain } = outcome.file;
    const { actor } = this.#request;
    return {
      file_id: fileId,
      url: fileUrl(this.#face, fileId, domain),
      filename: name,
      folder_id: isRootOf(actor, folderId) ? 0 : folderId,
      checksum: whirlpool,
    };
  }
}

const isRootOf = (actor: FastifyRequest["actor"], folderId: number): boolean =>
  actor !== undefined && isAccountActor(actor) && (actor satisfies AccountActor).rootFolderId === folderId;

const errorOf = (error: unknown) => ({ error: refusedResult(error) });
