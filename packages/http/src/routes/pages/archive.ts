import { pageEndpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import { type DownloadAnswers, sendHeadOnly } from "../../direct/download-answers.ts";
import { archiveHeaders } from "../../direct/download-headers.ts";
import type { EdgeLogger, EdgeSettings } from "../../edge-settings.ts";
import { addressOf } from "../../wire/caller.ts";
import { refuseDownload } from "../../wire/download-refusal.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";

/** `/z<token>`: a folder as a zip archive. HEAD uses nothing up. */
export function addArchive(
  app: FastifyInstance,
  services: Pick<EdgeServices, "archives">,
  settings: EdgeSettings,
  logger: EdgeLogger,
  answers: DownloadAnswers,
): void {
  const answer = async (request: FastifyRequest<{ Params: { token: string } }>, reply: FastifyReply) => {
    const archive = await services.archives.find(request.params.token, addressOf(request));
    const head = archiveHeaders(archive.name);
    if (request.method === "HEAD") return sendHeadOnly(reply, head);
    const { texts } = pageContextOf(request, settings);
    const stream = await archive.open((reason) => texts.archive[reason], callerGone(request));
    await answers.send(request, reply, { head, stream, lengthBytes: undefined });
    return reply;
  };
  addPageRoute(app, pageEndpoints.archive, answer, {
    errorHandler: (error, request, reply) => void refuseDownload(error, request, reply, { settings, logger }),
  });
}
