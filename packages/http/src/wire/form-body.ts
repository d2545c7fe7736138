import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { RequestRoom } from "../bounds/request-room.ts";
import { FormFields } from "../multipart/form-fields.ts";
import { percentDecoded } from "../multipart/header-text.ts";
import { receiveMultipart } from "../multipart/receive-multipart.ts";
import { collectBody } from "./collect-body.ts";
import { RequestError } from "./error-answer.ts";

const MAX_FIELDS = 200;
const FORM_TYPE = "application/x-www-form-urlencoded";

/** Forms as pages post them: urlencoded, or multipart without files; an empty body of any type is an empty form. */
export function acceptForms(app: FastifyInstance, room: RequestRoom): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(/^multipart\/form-data/, async (request: FastifyRequest, payload: FastifyRequest["raw"]) => {
    const { bodyBytes, bodyTimeoutMs } = room.boundsOf(request);
    const cut = new AbortController();
    const held = room.hold(request, (reason) => cut.abort(reason));
    const { fields } = await receiveMultipart(payload, {
      maxFiles: 0,
      maxFields: MAX_FIELDS,
      maxFieldBytes: bodyBytes,
      maxAllFieldsBytes: bodyBytes,
      idleTimeoutMs: bodyTimeoutMs,
      totalTimeoutMs: bodyTimeoutMs,
      signal: cut.signal,
      holdBytes: (count) => held.take(count),
      openFile: async () => {
        throw new RequestError("badRequest", "This form does not accept files.");
      },
    });
    held.settle();
    return fields;
  });
  app.addContentTypeParser("*", (request: FastifyRequest, payload: IncomingMessage, done) => {
    collectBody(payload, room.forBody(request), (error, body) => {
      if (error !== null) return done(error);
      try {
        done(null, readForm(request.headers["content-type"], body));
      } catch (reason) {
        done(reason as Error);
      }
    });
  });
}

function readForm(contentType: string | undefined, body: Buffer): FormFields {
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  if (body.length > 0 && type !== FORM_TYPE) {
    throw new RequestError("badRequest", "Pages accept only forms; JSON calls are below /v1.");
  }
  // Decoding replaces invalid UTF-8: a password would become another one.
  if (!isUtf8(Buffer.from(percentDecoded(body.toString("latin1")), "latin1"))) {
    throw new RequestError("badRequest", "The form is not valid UTF-8; nothing was changed.");
  }
  const text = body.toString("utf8");
  if (text.split("&", MAX_FIELDS + 1).length > MAX_FIELDS) {
    throw new RequestError("badRequest", `A form can have at most ${MAX_FIELDS} fields; nothing was changed.`);
  }
  const fields = new FormFields();
  for (const [name, value] of new URLSearchParams(text)) fields.append(name, value);
  return fields;
}

/** The fields of a posted form. */
export function formFields(request: FastifyRequest): FormFields {
  return request.body instanceof FormFields ? request.body : new FormFields();
}
