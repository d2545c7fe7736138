import type { FastifyReply, FastifyRequest } from "fastify";
import type { EdgeLogger } from "../edge-settings.ts";
import { answerOf, type ErrorAnswer } from "./error-answer.ts";
import { loggablePath } from "./request-target.ts";

/**
 * Begins the answer to a failed request: its status and headers, and a log line if the server is at fault. The caller
 * sends the returned answer in the requested format.
 */
export function beginRefusal(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { logger, failure }: { logger: EdgeLogger; failure: string },
): ErrorAnswer {
  const answer = answerOf(error);
  if (answer.isFault) logger.error({ requestId: request.id, path: loggablePath(request), err: error }, failure);
  // The framework closes the connection after refusing a body, while the client is still sending it.
  if (!request.raw.complete) reply.removeHeader("connection");
  if (answer.retryAfterSeconds !== undefined) reply.header("retry-after", answer.retryAfterSeconds);
  reply.code(answer.status).header("x-request-id", request.id);
  return answer;
}
