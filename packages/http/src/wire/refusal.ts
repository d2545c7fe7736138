import type { FastifyReply, FastifyRequest } from "fastify";
import type { EdgeLogger } from "../edge-settings.ts";
import { answerOf, type ErrorAnswer } from "./error-answer.ts";
import { loggablePath } from "./request-target.ts";

/**
 * Begins the answer to a failed request: its status and headers, and a line in the log where the fault is ours. What is
 * answered goes into a body of the form that the caller wants.
 */
export function beginRefusal(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { logger, failure }: { logger: EdgeLogger; failure: string },
): ErrorAnswer {
  const answer = answerOf(error);
  if (answer.isFault) logger.error({ requestId: request.id, path: loggablePath(request), err: error }, failure);
  // The framework closes the connection over a body it does not take, while the client is in the middle of it.
  if (!request.raw.complete) reply.removeHeader("connection");
  if (answer.retryAfterSeconds !== undefined) reply.header("retry-after", answer.retryAfterSeconds);
  reply.code(answer.status).header("x-request-id", request.id);
  return answer;
}
