import { type ArchiveStream, type DownloadStream, isDomainError } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { EdgeLogger, EdgeSettings } from "../edge-settings.ts";
import { OverloadError } from "../wire/error-answer.ts";
import { loggablePath } from "../wire/request-target.ts";
import { BufferRoom } from "./buffer-room.ts";
import type { DownloadHead } from "./download-headers.ts";
import { sendBlob } from "./send-blob.ts";

type AnswerHead = Pick<DownloadHead, "status" | "headers">;

/** Sends the bytes of download tokens, bypassing the framework; all downloads share the memory for their buffers. */
export class DownloadAnswers {
  readonly #buffers: BufferRoom;
  readonly #recheckMs: number;
  readonly #logger: EdgeLogger;

  constructor({ bounds, downloadRecheckMs }: EdgeSettings, logger: EdgeLogger) {
    this.#buffers = new BufferRoom(bounds.downloadBufferBytes);
    this.#recheckMs = downloadRecheckMs;
    this.#logger = logger;
  }

  /** @param lengthBytes undefined for everything there is */
  async send(
    request: FastifyRequest,
    reply: FastifyReply,
    {
      head,
      stream,
      lengthBytes,
    }: {
      head: AnswerHead;
      stream: DownloadStream | ArchiveStream;
      lengthBytes: number | undefined;
    },
  ): Promise<void> {
    const ending = new AbortController();
    const endIfRefused = (error: unknown) => {
      // A database that is busy for a moment ends nobody's right.
      if (isDomainError(error)) ending.abort();
    };
    const timer = setInterval(() => void stream.recheck().catch(endIfRefused), this.#recheckMs);
    const buffers = this.#buffers.open();
    reply.hijack();
    try {
      reply.raw.writeHead(head.status, allHeaders(reply, head));
      await sendBlob(reply.raw, stream.reader, lengthBytes, ending.signal, { buffers });
    } catch (error) {
      const line = { requestId: request.id, path: loggablePath(request) };
      // Stopped because nobody waits any more: a client that left, or whose right ended, is not the server's failure.
      if (error instanceof OverloadError) this.#logger.info(line, "download ended early");
      else this.#logger.error({ ...line, err: error }, "download failed");
      reply.raw.destroy();
    } finally {
      clearInterval(timer);
      buffers.release();
      await stream.close();
    }
  }
}

/** Bypasses the framework, which would replace the file's length with its own. */
export function sendHeadOnly(reply: FastifyReply, head: AnswerHead): FastifyReply {
  reply.hijack();
  reply.raw.writeHead(head.status, allHeaders(reply, head));
  reply.raw.end();
  return reply;
}

/** The file's headers override the general ones; both at once would form a list. */
function allHeaders(reply: FastifyReply, head: AnswerHead): Record<string, string | number> {
  const all = new Map<string, string | number>();
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) all.set(name, String(value));
  for (const [name, value] of Object.entries(head.headers)) all.set(name.toLowerCase(), value);
  return Object.fromEntries(all);
}
