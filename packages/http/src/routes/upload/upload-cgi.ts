import { uploadReportPath } from "@consigne/contract";
import {
  type Actor,
  guest,
  isAccountActor,
  isDomainError,
  type Services,
  type Upload,
  type UploadWishes,
} from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { EdgeLogger, EdgeSettings } from "../../edge-settings.ts";
import { type ReceivedMultipart, receiveMultipart } from "../../multipart/receive-multipart.ts";
import { renderUploadFailurePage, uploadFailures } from "../../pages/upload-failure-page.ts";
import { chooseUploadAnswer, type UploadAnswer } from "../../report/report-format.ts";
import { addressOf, callerOf } from "../../wire/caller.ts";
import {
  credentialsOfHeader,
  credentialsOfLoginFields,
  credentialsOfParameters,
  showsKey,
} from "../../wire/credentials.ts";
import { answerOf, isCountedRefusal } from "../../wire/error-answer.ts";
import { Identifier } from "../../wire/identify.ts";
import { sendJson } from "../../wire/json-endpoint.ts";
import { sendPage } from "../../wire/page-answer.ts";
import { loggablePath, queryParameters } from "../../wire/request-target.ts";
import { RightsWatch } from "./rights-watch.ts";

const MAX_FIELDS = 1000;
const MAX_FIELD_BYTES = 64 * 1024;
/** Anybody may send fields, and they are held until the upload's end. */
const MAX_ALL_FIELDS_BYTES = 512 * 1024;
const IDLE_TIMEOUT_MS = 2 * 60_000;
/** The guide: an upload may take four hours. */
const TOTAL_TIMEOUT_MS = 4 * 3_600_000;

/**
 * `upload.cgi`: takes the files, answers 302 to the report. The redirect is root-relative, because a Python client joins
 * host and Location. Served on the API host too, where a TypeScript client posts.
 */
export function addUploadCgi(
  app: FastifyInstance,
  services: Services,
  settings: EdgeSettings,
  logger: EdgeLogger,
): void {
  const receiver = new UploadReceiver(services, settings, logger);
  for (const url of ["/upload.cgi", "/v1/upload.cgi"]) {
    app.post(url, async (request, reply) => {
      try {
        const { id, fields } = await receiver.receive(request);
        const reportPath = uploadReportPath(id, answerFor(request, fields).reportParameter);
        return await reply
          .code(302)
          .header("location", reportPath)
          .type("text/html; charset=utf-8")
          .send(movedPage(reportPath));
      } catch (error) {
        return refuse(request, reply, await countRefusal(services.flood, request, error), logger);
      }
    });
  }
}

class UploadReceiver {
  readonly #services: Services;
  readonly #settings: EdgeSettings;
  readonly #logger: EdgeLogger;
  readonly #identifier: Identifier;

  constructor(services: Services, settings: EdgeSettings, logger: EdgeLogger) {
    this.#services = services;
    this.#settings = settings;
    this.#logger = logger;
    this.#identifier = new Identifier(services, "uploads and pages");
  }

  /** Returns the id under which the report is durable, and what was said beside the files. */
  async receive(request: FastifyRequest): Promise<{ id: string; fields: ReadonlyMap<string, string> }> {
    const query = queryParameters(request);
    const { address } = callerOf(request, this.#settings.publicUrl());
    const ofRequest =
      credentialsOfHeader(request, this.#settings.publicUrl()) ??
      (this.#settings.allowsKeyInQuery ? credentialsOfParameters((name) => query.get(name)) : undefined);
    let actor = await this.#identifier.identify(ofRequest, address);
    request.actor = actor;
    const { uploads } = this.#services;
    const id = query.get("id") || uploads.offer().id;
    let upload: Upload | undefined;
    // Claimed in the database, so only for somebody who may upload.
    const claim = async (by: Actor): Promise<Upload> => (upload ??= await uploads.begin(id, by));
    if (isAccountActor(actor)) await claim(actor);
    try {
      const identifyByFields = async (fields: ReadonlyMap<string, string>) => {
        if (isAccountActor(actor)) return actor;
        const ofFields = credentialsOfParameters((name) => fields.get(name)) ?? credentialsOfLoginFields(fields);
        actor = await this.#identifier.identify(ofFields, address);
        request.actor = actor;
        return actor;
      };
      using watch = new RightsWatch(async () => upload?.recheck(actor), this.#settings.uploadRecheckMs);
      const received = await this.#receiveFiles(request, claim, identifyByFields, watch.signal);
      const uploader = await identifyByFields(received.fields);
      const claimed = await claim(uploader);
      await claimed.commit(uploader, wishesOf(received));
      this.#tellHealed(request, claimed);
      return { id, fields: received.fields };
    } catch (error) {
      await upload?.abort();
      throw error;
    }
  }

  #tellHealed(request: FastifyRequest, { healedBlobIds }: Upload): void {
    if (healedBlobIds.length === 0) return;
    this.#logger.warn({ requestId: request.id, contents: healedBlobIds }, "an upload mended damaged bytes");
  }

  #receiveFiles(
    request: FastifyRequest,
    claim: (by: Actor) => Promise<Upload>,
    identifyByFields: (fields: ReadonlyMap<string, string>) => Promise<Actor>,
    signal: AbortSignal,
  ): Promise<ReceivedMultipart> {
    const { rules } = this.#services.uploads;
    return receiveMultipart(request.raw, {
      maxFiles: rules.maxFiles,
      maxFields: MAX_FIELDS,
      maxFieldBytes: MAX_FIELD_BYTES,
      maxAllFieldsBytes: MAX_ALL_FIELDS_BYTES,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
      totalTimeoutMs: TOTAL_TIMEOUT_MS,
      signal,
      openFile: async (head, fieldsSoFar) => {
        const likely = await identifyByFields(fieldsSoFar);
        // Strangers do not get to fill the disk in the hope of a name that follows.
        const upload = await claim(likely);
        const { fileName: name, contentType } = head;
        return upload.openFile({ name, contentType, bodyBytes: announcedLength(request) }, likely);
      },
    });
  }
}

/** Node has refused what is no number; a body in chunks announces nothing. */
function announcedLength({ headers }: FastifyRequest): number | undefined {
  const text = headers["content-length"];
  return text === undefined ? undefined : Number(text);
}

function wishesOf({ fields }: ReceivedMultipart): UploadWishes {
  const integer = (text: string | undefined) =>
    text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
  return {
    folder: integer(fields.get("did")) ?? "root",
    domain: integer(fields.get("domain")),
    password: fields.get("dpass") ?? "",
  };
}

/**
 * Counts a refusal as the API does, before it is sent. Somebody unknown has not been counted at all so far, so for them
 * it is a call too: what they are told from then on is that they are locked out.
 */
async function countRefusal(flood: Services["flood"], request: FastifyRequest, error: unknown): Promise<unknown> {
  if (!isCountedRefusal(error)) return error;
  const address = addressOf(request);
  await flood.countRefusal(address);
  if (request.actor !== undefined && isAccountActor(request.actor)) return error;
  try {
    await flood.admit(guest(address), { operation: "upload.refused" });
    return error;
  } catch (lockedOut) {
    return lockedOut;
  }
}

/** HTML as the original's node sends it, with the reason in a `bloc2`; JSON for who asks for it. Never a 200. */
function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown, logger: EdgeLogger): FastifyReply {
  const answer = answerOf(error);
  if (answer.isFault) logger.error({ requestId: request.id, path: loggablePath(request), err: error }, "upload failed");
  reply.code(answer.status).header("x-request-id", request.id);
  if (answer.retryAfterSeconds !== undefined) reply.header("retry-after", answer.retryAfterSeconds);
  const format = answerFor(request);
  if (format.kind === "json") return sendJson(reply, answer.body, format.isPretty);
  const reason = answer.body.message.replace(/ #\d+$/, "");
  return sendPage(reply, renderUploadFailurePage(failureWords(error, answer.status) ?? reason, reason));
}

/** The original's words where they fit; uploaders try again on the second, so that a final refusal is in its own. */
function failureWords(error: unknown, status: number): string | undefined {
  if (isDomainError(error, "no-file-in-upload")) return uploadFailures.noFile;
  return status >= 500 ? uploadFailures.storage : undefined;
}

function answerFor(request: FastifyRequest, fields?: ReadonlyMap<string, string>): UploadAnswer {
  return chooseUploadAnswer(request.headers, Object.fromEntries(queryParameters(request)), showsKey(request, fields));
}

const movedPage = (reportPath: string) =>
  `<!doctype html><title>Moved</title><p>Your files are stored. <a href="${reportPath.replaceAll("&", "&amp;")}">The report</a></p>\n`;
