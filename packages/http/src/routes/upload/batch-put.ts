import { pageEndpoints } from "@consigne/contract";
import { type Actor, type Batch, type BatchNameTaken, type BatchOptions } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { identifyByHead } from "../../sessions/caller-of-head.ts";
import { callerOf } from "../../wire/caller.ts";
import { answerOf, RequestError } from "../../wire/error-answer.ts";
import { jsonRefusals } from "../../wire/json-refusals.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { loggablePath, queryParameters } from "../../wire/request-target.ts";
import { refuseForeignPage } from "../../wire/sending-page.ts";
import { folderReference } from "../../wire/wire-files.ts";
import { BatchAnswer } from "./batch-answer.ts";
import { BatchReader } from "./batch-reader.ts";
import { receiveBody } from "./receive-body.ts";
import { RightsWatch } from "./rights-watch.ts";
import { UploadHold } from "./upload-hold.ts";
import type { UploadEdge } from "./upload-receiver.ts";

const IDLE_TIMEOUT_MS = 2 * 60_000;
/** As for a whole upload. */
const TOTAL_TIMEOUT_MS = 4 * 3_600_000;
/** Unread lines of the answer, and buffers of files that are not durable yet. */
const HELD_BYTES = 2 * 1024 ** 2;

const ways: ReadonlyMap<string, BatchNameTaken> = new Map([
  ["add", "add"],
  ["fail", "fail"],
  ["skip", "skip"],
  ["keep_both", "keep-both"],
  ["replace", "replace"],
]);

/** `POST /x/v1/batch`: many small files with their paths, answered file by file. */
export function addBatchPut(app: FastifyInstance, edge: UploadEdge): void {
  const { services, settings, logger } = edge;
  addPageRoute(
    app,
    pageEndpoints.batchPut,
    async (request, reply) => {
      refuseForeignPage(request, settings);
      const actor = await identifyByHead(request, { admission: services.admission, settings }, "calls");
      const needs = { area: "uploads", right: "write", isForCustomers: false } as const;
      await services.admission.admit(actor, { name: pageEndpoints.batchPut.operation, needs });
      return takeBatch(request, reply, { edge, actor, options: optionsOf(request) });
    },
    { errorHandler: jsonRefusals({ services, logger, failure: "a batch failed" }) },
  );
}

async function takeBatch(
  request: FastifyRequest,
  reply: FastifyReply,
  { edge, actor, options }: { edge: UploadEdge; actor: Actor; options: BatchOptions },
): Promise<FastifyReply> {
  const { services, settings, room } = edge;
  using hold = new UploadHold(room, request);
  hold.takeFieldBytes(HELD_BYTES);
  const answer = new BatchAnswer(request, reply, callerOf(request, settings).face);
  const batch = await services.batches.begin(actor, options, (outcomes) => answer.tell(outcomes));
  const reader = new BatchReader(batch);
  try {
    hold.welcome();
    using watch = new RightsWatch(() => services.batches.recheck(actor, options), settings.uploadRecheckMs);
    await receiveBody(request.raw, {
      idleTimeoutMs: IDLE_TIMEOUT_MS,
      totalTimeoutMs: TOTAL_TIMEOUT_MS,
      signal: AbortSignal.any([hold.signal, watch.signal, batch.signal]),
      take: (chunk) => reader.take(chunk),
    });
    reader.end();
    hold.complete();
    await batch.end();
  } catch (error) {
    await batch.abort();
    if (!answer.hasBegun) throw error;
    noteFailure(request, edge, error);
    await answer.end({ error });
    return reply;
  } finally {
    noteHealed(request, edge, batch);
  }
  await answer.end({ files: reader.fileCount });
  return reply;
}

function noteFailure(request: FastifyRequest, { logger }: UploadEdge, error: unknown): void {
  if (!answerOf(error).isFault) return;
  logger.error({ requestId: request.id, path: loggablePath(request), err: error }, "a batch ended early");
}

function noteHealed(request: FastifyRequest, { logger }: UploadEdge, { healedBlobIds }: Batch): void {
  if (healedBlobIds.length === 0) return;
  logger.warn({ requestId: request.id, contents: healedBlobIds }, "an upload repaired damaged bytes");
}

/** @throws {RequestError} `badRequest` */
function optionsOf(request: FastifyRequest): BatchOptions {
  const query = queryParameters(request);
  const nameTaken = ways.get(query.get("on_conflict") ?? "add");
  if (nameTaken === undefined) {
    throw new RequestError("badRequest", `on_conflict is one of ${[...ways.keys()].join(", ")}.`);
  }
  return {
    folder: folderReference(numberIn(query, "folder_id")),
    nameTaken,
    domain: numberIn(query, "domain"),
  };
}

function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new RequestError("badRequest", `${name} must be a number.`);
}
