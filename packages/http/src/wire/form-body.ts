import type { FastifyInstance, FastifyRequest } from "fastify";
import { receiveMultipart } from "../multipart/receive-multipart.ts";
import { RequestError } from "./error-answer.ts";

const MAX_FORM_BYTES = 256 * 1024;
const MAX_FIELDS = 200;
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
  app.addContentTypeParser("*", { parseAs: "string", bodyLimit: MAX_FORM_BYTES }, (_request, body, done) => {
    done(null, new Map(new URLSearchParams(String(body))));
  });
}

/** The fields of a posted form; of a repeated one the last value. */
export function formFields(request: FastifyRequest): ReadonlyMap<string, string> {
  return request.body instanceof Map ? (request.body as Map<string, string>) : new Map<string, string>();
}
