import { pageEndpoints } from "@consigne/contract";
import type { EdgeServices, OpenableDownload } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { parseByteRange } from "../../direct/byte-range.ts";
import { type DownloadAnswers, sendHeadOnly } from "../../direct/download-answers.ts";
import { type DownloadedFile, downloadHeaders, notModifiedHeaders } from "../../direct/download-headers.ts";
import { isNotModified, isRangeCurrent } from "../../direct/preconditions.ts";
import type { EdgeLogger, EdgeSettings } from "../../edge-settings.ts";
import { addressOf, publicUrlFor } from "../../wire/caller.ts";
import { refuseDownload } from "../../wire/download-refusal.ts";
import { addPageRoute } from "../../wire/page-route.ts";

/** `/p<token>`: the bytes. HEAD uses nothing up; whoever knows the token needs no other proof. */
export function addDirect(
  app: FastifyInstance,
  services: Pick<EdgeServices, "downloads">,
  settings: EdgeSettings,
  logger: EdgeLogger,
  answers: DownloadAnswers,
): void {
  const answer = async (request: FastifyRequest<{ Params: { token: string } }>, reply: FastifyReply) => {
    const address = addressOf(request);
    const download = await services.downloads.find(request.params.token, address);
    const siteOrigin = request.isAtDownloadOrigin ? new URL(publicUrlFor(request, settings)).origin : undefined;
    const file = downloadedFile(download, siteOrigin);
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
    const lengthBytes = head.span.end - head.span.start + 1;
    await answers.send(request, reply, { head, stream, lengthBytes });
    return reply;
  };
  addPageRoute(app, pageEndpoints.direct, answer, {
    errorHandler: (error, request, reply) => void refuseDownload(error, request, reply, { settings, logger }),
  });
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

/** Binds the token, because an empty file has no bytes to send. */
async function touch(download: OpenableDownload): Promise<void> {
  const stream = await download.open();
  await stream.close();
}

function downloadedFile(
  { file, isInline, takesRanges }: OpenableDownload,
  siteOrigin: string | undefined,
): DownloadedFile {
  return {
    name: file.name,
    contentType: file.contentType,
    sizeBytes: file.sizeBytes,
    // The storage key if there is no checksum yet: it never stands for other bytes.
    etag: `"${(file.whirlpool ?? file.blobKey).slice(0, 32)}"`,
    modifiedAt: file.createdAt,
    isInline,
    shownAt: siteOrigin === undefined ? "site" : "download-origin",
    siteOrigin,
    takesRanges,
  };
}
