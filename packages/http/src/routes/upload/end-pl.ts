import { fileUrl, pageEndpoints, removalUrl } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { EdgeSettings } from "../../edge-settings.ts";
import { offlinePage } from "../../pages/file-pages.ts";
import { chooseReportFormat } from "../../report/report-format.ts";
import { renderUploadReportCsv, renderUploadReportHtml, renderUploadReportJson } from "../../report/upload-report.ts";
import { identifySignedIn } from "../../sessions/visitor.ts";
import { callerOf } from "../../wire/caller.ts";
import { showsKey } from "../../wire/credentials.ts";
import { answerOf } from "../../wire/error-answer.ts";
import { sendJsonText } from "../../wire/json-endpoint.ts";
import { sendPage, sendPageText } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { queryParameters } from "../../wire/request-target.ts";

/** `end.pl`: the report of an upload, as often as requested. Everybody who knows the id may read it. */
export function addEndPl(
  app: FastifyInstance,
  services: Pick<EdgeServices, "admission" | "uploads">,
  settings: EdgeSettings,
): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const query = queryParameters(request);
    const format = chooseReportFormat(request.headers, Object.fromEntries(query), showsKey(request));
    // The frame of the page names the signed-in person; the report is the same for everybody.
    if (format.kind === "html") await identifySignedIn(request, services, settings);
    const { face } = callerOf(request, settings);
    const context = pageContextOf(request, settings);
    const links = {
      fileUrl: (id: string, domain: number) => fileUrl(face, id, domain),
      removalUrl: (id: string, code: string, domain: number) => removalUrl(face, id, code, domain),
    };
    try {
      const report = await services.uploads.getReport(query.get("xid") ?? "");
      if (format.kind === "json") return sendJsonText(reply, renderUploadReportJson(report, links, format.isPretty));
      if (format.kind === "html") {
        return sendPageText(reply, context, renderUploadReportHtml(context, report, links));
      }
      return reply.type("text/plain; charset=utf-8").send(renderUploadReportCsv(report));
    } catch (error) {
      if (format.kind !== "html") throw error;
      return sendPage(reply.code(answerOf(error).status), context, offlinePage(context));
    }
  };
  addPageRoute(app, pageEndpoints.endPl, answer);
}
