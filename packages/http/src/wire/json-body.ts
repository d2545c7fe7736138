import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { RequestRoom } from "../bounds/request-room.ts";
import { collectBody } from "./collect-body.ts";
import { RequestError } from "./error-answer.ts";

/** No request in the contract needs more than four. */
const MAX_DEPTH = 64;
/** The largest request names a thousand files with two members each. */
const MAX_VALUES = 10_000;
const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Parses JSON bodies as leniently as clients need: no body at all is fine whatever its type (rclone and JDownloader
 * send an empty one as JSON, plowshare sends neither), and so are parameters after the type. A body of another type is
 * refused with 1fichier.com's #24.
 */
export function acceptJsonBodies(app: FastifyInstance, room: RequestRoom): void {
  app.removeAllContentTypeParsers();
  // The exact type is found at once; anything else makes the framework parse types.
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
  // Decoding replaces invalid UTF-8: names and passwords would differ from what the caller meant.
  if (!isUtf8(bytes)) throw bad("The body is not valid UTF-8; nothing was changed.");
  refuseShape(bytes);
  try {
    return JSON.parse(text);
  } catch {
    throw bad("The body is not well-formed JSON.");
  }
}

/**
 * Checked on the bytes: bodies that deep or with that many values must not become objects first, which take time and a
 * hundred times the memory.
 */
function refuseShape(bytes: Uint8Array): void {
  // So few bytes cannot exceed either limit: most calls name one thing.
  if (bytes.length <= MAX_DEPTH) return;
  let depth = 0;
  let values = 0;
  let isInText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (isInText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isInText = false;
    } else if (byte === QUOTE) isInText = true;
    else if (byte === COMMA) values++;
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      values++;
      if (++depth > MAX_DEPTH) throw bad(`The body is nested more than ${MAX_DEPTH} levels deep.`);
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth--;
    if (values > MAX_VALUES) throw bad(`The body contains more than ${MAX_VALUES} values; nothing was changed.`);
  }
}

const bad = (detail: string) => new RequestError("badRequest", detail);
