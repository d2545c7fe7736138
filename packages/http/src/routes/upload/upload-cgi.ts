import { pageEndpoints, uploadReportPath } from "@consigne/contract";
import { type EdgeServices, guest, isAccountActor, isDomainError } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { uploadFailurePage, uploadFailures } from "../../pages/upload-failure-page.ts";
import { chooseUploadAnswer, type UploadAnswer } from "../../report/report-format.ts";
import { addressOf } from "../../wire/caller.ts";
import { showsKey } from "../../wire/credentials.ts";
import { isCountedRefusal } from "../../wire/error-answer.ts";
import { sendJson } from "../../wire/json-endpoint.ts";
import { sendPage, sendPageText } from "../../wire/page-answer.ts";
import { pageContextOf } from "../../wire/page-context.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { refuseForeignPage } from "../../wire/sending-page.ts";
import { beginRefusal } from "../../wire/refusal.ts";
import { refusalText } from "../../wire/refusal-text.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { type UploadEdge, UploadReceiver } from "./upload-receiver.ts";

/**
 * `upload.cgi`: receives the files, answers 302 to the report. The redirect is root-relative, because a Python client
 * joins host and Location. Also served on the API host, where a TypeScript client posts.
 */
export function addUploadCgi(app: FastifyInstance, edge: UploadEdge): void {
  const { services } = edge;
  const receiver = new UploadReceiver(edge);
  const receive = async (request: FastifyRequest, reply: FastifyReply) => {
    refuseForeignPage(request, edge.settings);
    const { id, fields } = await receiver.receive(request);
    const context = pageContextOf(request, edge.settings);
    const path = uploadReportPath(id, answerFor(request, fields).reportParameter);
    const reportPath = `${context.prefix}${path}`;
    return sendPageText(reply.code(302).header("location", reportPath), context, movedPage(reportPath));
  };
  addPageRoute(app, pageEndpoints.uploadCgi, receive, {
    errorHandler: (reason, request, reply) => {
      const answer = (told: unknown) => void refuse(request, reply, told, edge);
      void countRefusal(services.admission, request, reason).then(answer, answer);
    },
  });
}

/**
 * Counts a refusal as the API does, before it is sent. An unknown caller has not been counted so far, so for them it
 * also counts as a call: after too many they are told that they are locked out.
 */
async function countRefusal(
  admission: EdgeServices["admission"],
  request: FastifyRequest,
  error: unknown,
): Promise<unknown> {
  if (!isCountedRefusal(error)) return error;
  const address = addressOf(request);
  await admission.countRefusal(address);
  if (request.actor !== undefined && isAccountActor(request.actor)) return error;
  try {
    await admission.admit(guest(address), { name: "upload.refused" });
    return error;
  } catch (lockedOut) {
    return lockedOut;
  }
}

/**
 * HTML as 1fichier.com's node sends it, with the reason in a `bloc2`; JSON for clients that ask for it. Never a 200.
 */
function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown, edge: UploadEdge): FastifyReply {
  const answer = beginRefusal(error, request, reply, { logger: edge.logger, failure: "upload failed" });
  const format = answerFor(request);
  if (format.kind === "json") return sendJson(reply, answer.body, format.isPretty);
  // Nothing at this address can be opened in another language.
  const context = { ...pageContextOf(request, edge.settings), switches: [] };
  const reason = refusalText(context, answer);
  return sendPage(reply, context, uploadFailurePage(context, failureWords(error, answer.status) ?? reason, reason));
}

/**
 * 1fichier.com's words where they fit; uploaders try again after the second one, so a permanent refusal has its own
 * words.
 */
function failureWords(error: unknown, status: number): string | undefined {
  if (isDomainError(error, "no-file-in-upload")) return uploadFailures.noFile;
  return status >= 500 ? uploadFailures.storage : undefined;
}

function answerFor(request: FastifyRequest, fields?: ReadonlyMap<string, string>): UploadAnswer {
  return chooseUploadAnswer(request.headers, Object.fromEntries(queryParameters(request)), showsKey(request, fields));
}

const movedPage = (reportPath: string) =>
  `<!doctype html><title>Moved</title><p>Your files are stored. <a href="${reportPath.replaceAll("&", "&amp;")}">The report</a></p>\n`;
