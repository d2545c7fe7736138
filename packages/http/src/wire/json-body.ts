import type { FastifyInstance } from "fastify";
import { RequestError } from "./error-answer.ts";

/** The largest legal body names 1,000 links; this leaves room for long names. */
const MAX_JSON_BODY_BYTES = 2 * 1024 * 1024;

/**
 * JSON in, with the leniency clients rely on: no body at all is fine whatever its type (rclone and JDownloader send an
 * empty one as JSON, plowshare sends neither), parameters behind the type are fine. A body of another type is refused
 * with the original's #24.
 */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const options = { parseAs: "string", bodyLimit: MAX_JSON_BODY_BYTES } as const;
  // The exact type is found at once; anything else takes the framework through its parsing of types.
  app.addContentTypeParser<string>(["application/json", "*"], options, (request, body, done) => {
    try {
      done(null, parse(request.headers["content-type"], body));
    } catch (error) {
      done(error as Error);
    }
  });
}

function parse(contentType: string | undefined, text: string): unknown {
  if (text.trim() === "") return undefined;
  if (contentType?.split(";", 1)[0]?.trim().toLowerCase() !== "application/json") {
    throw new RequestError("contentTypeNotJson", "Send the body as application/json.");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError("badRequest", "The body is not well-formed JSON.");
  }
}
