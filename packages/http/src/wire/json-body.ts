import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { RequestRoom } from "../bounds/request-room.ts";
import { collectBody } from "./collect-body.ts";
import { RequestError } from "./error-answer.ts";

/** No request of the contract needs more than four. */
const MAX_DEPTH = 64;

/**
 * JSON in, with the leniency clients rely on: no body at all is fine whatever its type (rclone and JDownloader send an
 * empty one as JSON, plowshare sends neither), parameters behind the type are fine. A body of another type is refused
 * with the original's #24.
 */
export function acceptJsonBodies(app: FastifyInstance, room: RequestRoom): void {
  app.removeAllContentTypeParsers();
  // The exact type is found at once; anything else takes the framework through its parsing of types.
  app.addContentTypeParser(["application/json", "*"], (request: FastifyRequest, payload: IncomingMessage, done) => {
    collectBody(payload, room.forBody(request), (error, body) => {
      if (error !== null) return done(error);
      try {
        done(null, parse(request.headers["content-type"], body));
      } catch (reason) {
        done(reason as Error);
      }
    });
  });
}

function parse(contentType: string | undefined, bytes: Buffer): unknown {
  const text = bytes.toString("utf8");
  if (text.trim() === "") return undefined;
  if (contentType?.split(";", 1)[0]?.trim().toLowerCase() !== "application/json") {
    throw new RequestError("contentTypeNotJson", "Send the body as application/json.");
  }
  // Decoding replaces what is no UTF-8: names and passwords would become others than the caller meant.
  if (!isUtf8(bytes)) throw new RequestError("badRequest", "The body is not valid UTF-8; nothing was changed.");
  if (isTooDeep(text)) throw new RequestError("badRequest", `The body is nested more than ${MAX_DEPTH} levels deep.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError("badRequest", "The body is not well-formed JSON.");
  }
}

/** Counted on the text: whoever asks for such depth must not get it as objects first. */
function isTooDeep(text: string): boolean {
  if (text.length <= MAX_DEPTH) return false;
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isInText) {
      if (character === "\\") at += 1;
      else if (character === '"') isInText = false;
    } else if (character === '"') isInText = true;
    else if (character === "{" || character === "[") {
      if (++depth > MAX_DEPTH) return true;
    } else if (character === "}" || character === "]") depth -= 1;
  }
  return false;
}
