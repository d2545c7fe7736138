import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { percentDecoded } from "../multipart/header-text.ts";
import { receiveMultipart } from "../multipart/receive-multipart.ts";
import { RequestError } from "./error-answer.ts";

const MAX_FORM_BYTES = 256 * 1024;
const MAX_FIELDS = 200;
const FORM_TYPE = "application/x-www-form-urlencoded";
const FORM_TIMEOUT_MS = 60_000;

/** Forms as pages post them: urlencoded, or multipart without files; an empty body of any type is an empty form. */
export function acceptForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^multipart\/form-data/,
    async (_request: FastifyRequest, payload: FastifyRequest["raw"]) => {
      const { fields } = await receiveMultipart(payload, {
        maxFiles: 0,
        maxFields: MAX_FIELDS,
        maxFieldBytes: MAX_FORM_BYTES,
        maxAllFieldsBytes: MAX_FORM_BYTES,
        idleTimeoutMs: FORM_TIMEOUT_MS,
        totalTimeoutMs: FORM_TIMEOUT_MS,
        openFile: async () => {
          throw new RequestError("badRequest", "This form takes no files.");
        },
      });
      return fields;
    },
  );
  const options = { parseAs: "buffer", bodyLimit: MAX_FORM_BYTES } as const;
  app.addContentTypeParser<Buffer>("*", options, (request, body, done) => {
    const type = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
    if (body.length > 0 && type !== FORM_TYPE) {
      done(new RequestError("badRequest", "A page takes a form; JSON calls are below /v1."));
    } else if (!isUtf8(Buffer.from(percentDecoded(body.toString("latin1")), "latin1"))) {
      // Decoding replaces what is no UTF-8: a password would become another one.
      done(new RequestError("badRequest", "The form is not valid UTF-8; nothing was changed."));
    } else done(null, new Map(new URLSearchParams(body.toString("utf8"))));
  });
}

/** The fields of a posted form; of a repeated one the last value. */
export function formFields(request: FastifyRequest): ReadonlyMap<string, string> {
  return request.body instanceof Map ? (request.body as Map<string, string>) : new Map<string, string>();
}
