import { pageEndpoints } from "@consigne/contract";
import { type DownloadStream, isDomainError, type OpenableDownload, type DoorServices } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { parseByteRange } from "../../direct/byte-range.ts";
import { type DownloadedFile, downloadHeaders, notModifiedHeaders } from "../../direct/download-headers.ts";
import type { ShownAt } from "../../direct/preview-type.ts";
import { isNotModified, isRangeCurrent } from "../../direct/preconditions.ts";
import { BufferRoom, type DownloadBuffers } from "../../direct/buffer-room.ts";
import { sendBlob } from "../../direct/send-blob.ts";
import type { EdgeLogger, EdgeSettings } from "../../edge-settings.ts";
import { blockedPage, damagedPage, noDownloadPage } from "../../pages/file-pages.ts";
import { acceptsPages } from "../../wire/accept.ts";
import { addressOf } from "../../wire/caller.ts";
import { sendJson } from "../../wire/json-endpoint.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { beginRefusal } from "../../wire/refusal.ts";
import { refusalText } from "../../wire/refusal-text.ts";
import { loggablePath } from "../../wire/request-target.ts";

/** `/p<token>`: the bytes. HEAD looks and uses nothing up; whoever knows the token needs no other proof. */
export function addDirect(
  app: FastifyInstance,
  services: Pick<DoorServices, "downloads">,
  settings: EdgeSettings,
  logger: EdgeLogger,
): void {
  const buffers = new BufferRoom(settings.bounds.downloadBufferBytes);
  const answer = async (request: FastifyRequest<{ Params: { token: string } }>, reply: FastifyReply) => {
    const address = addressOf(request);
    const download = await services.downloads.find(request.params.token, address);
    const file = downloadedFile(download, request.isAtDownloadOrigin ? "download-origin" : "site");
    const headers = conditionsOf(request);
    if (isNotModified(headers, file)) return reply.code(304).headers(notModifiedHeaders(file)).send();
    const isPartial = file.takesRanges && isRangeCurrent(headers, file);
    const range = parseByteRange(isPartial ? request.headers.range : undefined, file.sizeBytes);
    const head = downloadHeaders(file, range);
    if (request.method === "HEAD" || head.span === undefined) {
      if (head.span === undefined && head.status !== 416 && request.method === "GET") await touch(download);
      return sendHeadOnly(reply, head);
    }
    const stream = await download.open(head.span);
    await sendBytes(request, reply, {
      head,
      stream,
      logger,
      recheckMs: settings.downloadRecheckMs,
      buffers: buffers.open(),
    });
    return reply;
  };
  addPageRoute(app, pageEndpoints.direct, answer, {
    errorHandler: (error, request, reply) => void refuse(error, request, reply, { settings, logger }),
  });
}

/** A page for people: browsers name pages in `Accept`, download tools do not. */
function refuse(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { settings, logger }: { settings: EdgeSettings; logger: EdgeLogger },
): FastifyReply {
  const answer = beginRefusal(error, request, reply, { logger, failure: "download failed" });
  if (!acceptsPages(request.headers.accept)) return sendJson(reply, answer.body);
  const context = pageContextOf(request, settings);
  if (isDomainError(error, "file-blocked")) return sendPage(reply, context, blockedPage(context));
  if (isDomainError(error, "file-damaged")) return sendPage(reply, context, damagedPage(context));
  return sendPage(reply, context, noDownloadPage(context, refusalText(context, answer), answer.status));
}

function conditionsOf({
  headers,
}: FastifyRequest): Record<"if-none-match" | "if-modified-since" | "if-range", string | undefined> {
  const ifRange = headers["if-range"];
  return {
    "if-none-match": headers["if-none-match"],
    "if-modified-since": headers["if-modified-since"],
    "if-range": typeof ifRange === "string" ? ifRange : undefined,
  };
}

/** Binds the token although an empty file has no bytes to send. */
async function touch(download: OpenableDownload): Promise<void> {
  const stream = await download.open();
  await stream.close();
}

/** Written past the framework, which would put a length of its own in place of the file's. */
function sendHeadOnly(reply: FastifyReply, head: ReturnType<typeof downloadHeaders>): FastifyReply {
  reply.hijack();
  reply.raw.writeHead(head.status, allHeaders(reply, head));
  reply.raw.end();
  return reply;
}

async function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  input: {
    head: ReturnType<typeof downloadHeaders>;
    stream: DownloadStream;
    logger: EdgeLogger;
    recheckMs: number;
    buffers: DownloadBuffers;
  },
): Promise<void> {
  const { head, stream, logger, buffers } = input;
  const { span } = head;
  if (span === undefined) return stream.close();
  const ending = new AbortController();
  const endIfRefused = (error: unknown) => {
    // A database that is busy for a moment takes nobody's right away.
    if (isDomainError(error)) ending.abort();
  };
  const timer = setInterval(() => void stream.recheck().catch(endIfRefused), input.recheckMs);
  reply.hijack();
  try {
    reply.raw.writeHead(head.status, allHeaders(reply, head));
    await sendBlob(reply.raw, stream.reader, span.end - span.start + 1, ending.signal, { buffers });
  } catch (error) {
    logger.error({ requestId: request.id, path: loggablePath(request), err: error }, "download broke off");
    reply.raw.destroy();
  } finally {
    clearInterval(timer);
    buffers.release();
    await stream.close();
  }
}

/** Those of the file win over those every answer has; both at once would be a list. */
function allHeaders(reply: FastifyReply, head: ReturnType<typeof downloadHeaders>): Record<string, string | number> {
  const all = new Map<string, string | number>();
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) all.set(name, String(value));
  for (const [name, value] of Object.entries(head.headers)) all.set(name.toLowerCase(), value);
  return Object.fromEntries(all);
}

function downloadedFile({ file, isInline, takesRanges }: OpenableDownload, shownAt: ShownAt): DownloadedFile {
  return {
    name: file.name,
    contentType: file.contentType,
    sizeBytes: file.sizeBytes,
    etag: `"${file.whirlpool.slice(0, 32)}"`,
    modifiedAt: file.createdAt,
    isInline,
    shownAt,
    takesRanges,
  };
}
