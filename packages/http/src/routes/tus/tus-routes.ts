import { pageEndpoints, tusUrl } from "@consigne/contract";
import type { Actor } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerGone } from "../../bounds/caller-gone.ts";
import { identifyByHead } from "../../sessions/caller-of-head.ts";
import { callerOf } from "../../wire/caller.ts";
import { RequestError } from "../../wire/error-answer.ts";
import { jsonRefusals } from "../../wire/json-refusals.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { refuseForeignPage } from "../../wire/sending-page.ts";
import type { UploadEdge } from "../upload/upload-receiver.ts";
import { describeTus, tusStatusOf, type UploadState, withOwnVersion, withState, withVersion } from "./tus-answers.ts";
import {
  checksumOf,
  headerOf,
  lengthOfBody,
  lengthOfUpload,
  offsetOf,
  requireBytes,
  requireVersion,
} from "./tus-head.ts";
import { optionsOf } from "./tus-metadata.ts";
import { receiveStream } from "./receive-stream.ts";

interface TusParams {
  id: string;
}

type TusRequest = FastifyRequest<{ Params: TusParams }>;

const needs = { area: "uploads", right: "write", isForCustomers: false } as const;

/** `/x/v1/tus`: uploads with the tus protocol 1.0.0, https://tus.io/protocols/resumable-upload. */
export function addTus(app: FastifyInstance, edge: UploadEdge): void {
  const { services, settings, logger } = edge;
  const options = {
    errorHandler: jsonRefusals({
      services,
      logger,
      failure: "an upload by tus failed",
      dress: (reply, refusal) => void withOwnVersion(reply.code(tusStatusOf(refusal))),
    }),
  };
  const begin = async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.method === "OPTIONS") return describeTus(reply.code(204), services).send();
    refuseForeignPage(request, settings);
    requireVersion(request);
    return createUpload(request, reply, edge);
  };
  addPageRoute<TusParams>(app, pageEndpoints.tus, begin, options);
  addPageRoute<TusParams>(
    app,
    pageEndpoints.tusUpload,
    async (request, reply) => {
      const method = methodOf(request);
      if (method === "OPTIONS") return describeTus(reply.code(204), services).send();
      refuseForeignPage(request, settings);
      requireVersion(request);
      if (method === "PATCH") return patchUpload(request, reply, edge);
      if (method === "HEAD") return tellUpload(request, reply, edge);
      const actor = await admit(request, edge, `tus.${method.toLowerCase()}`);
      await services.streamUploads.abort(actor, request.params.id);
      return withVersion(reply.code(204)).send();
    },
    options,
  );
}

/** @throws {RequestError} `badRequest` for a POST that does not override its method */
function methodOf(request: FastifyRequest): "OPTIONS" | "PATCH" | "HEAD" | "DELETE" {
  const method = request.method === "POST" ? headerOf(request, "x-http-method-override") : request.method;
  if (method === "OPTIONS" || method === "PATCH" || method === "HEAD" || method === "DELETE") return method;
  throw new RequestError("badRequest", "Send PATCH, HEAD or DELETE, or one of them as X-HTTP-Method-Override.");
}

async function createUpload(request: FastifyRequest, reply: FastifyReply, edge: UploadEdge): Promise<FastifyReply> {
  const { services, settings } = edge;
  const { streamUploads } = services;
  const actor = await admit(request, edge, "tus.create");
  const sizeBytes = lengthOfUpload(request);
  const bodyBytes = lengthOfBody(request);
  const checksum = checksumOf(request);
  if (bodyBytes !== 0) requireBytes(request);
  const asked = { ...optionsOf(headerOf(request, "upload-metadata") ?? ""), sizeBytes, partBytes: undefined };
  const signal = asked.password === "" ? undefined : callerGone(request);
  const created = await streamUploads.create(actor, asked, signal);
  let now: UploadState = created;
  if (bodyBytes !== 0) {
    try {
      now = await receiveStream({ request, actor, id: created.id }, { offsetBytes: 0, bodyBytes, checksum }, edge);
    } catch (error) {
      // Nobody has been told about it.
      await streamUploads.abort(actor, created.id).catch(() => undefined);
      throw error;
    }
  }
  const { face } = callerOf(request, settings);
  withVersion(reply.code(201)).header("location", tusUrl(face, created.id));
  return withState(request, reply, now, settings).send();
}

async function patchUpload(request: TusRequest, reply: FastifyReply, edge: UploadEdge): Promise<FastifyReply> {
  const actor = await identifyByHead(request, callersOf(edge), "uploads and pages");
  requireBytes(request);
  const head = { offsetBytes: offsetOf(request), bodyBytes: lengthOfBody(request), checksum: checksumOf(request) };
  const upload = await receiveStream({ request, actor, id: request.params.id }, head, edge);
  return withState(request, withVersion(reply.code(204)), upload, edge.settings).send();
}

async function tellUpload(request: TusRequest, reply: FastifyReply, edge: UploadEdge): Promise<FastifyReply> {
  const actor = await admit(request, edge, "tus.head");
  const upload = await edge.services.streamUploads.find(actor, request.params.id);
  const metadata = upload.stream?.metadata ?? "";
  withVersion(reply.code(200)).header("upload-length", upload.blob.sizeBytes);
  if (metadata !== "") reply.header("upload-metadata", metadata);
  return withState(request, reply, upload, edge.settings).send();
}

/** The caller, counted as a call, with the required right. Sending bytes is not counted. */
async function admit(request: FastifyRequest, edge: UploadEdge, operation: string): Promise<Actor> {
  const actor = await identifyByHead(request, callersOf(edge), "calls");
  await edge.services.admission.admit(actor, { name: operation, needs });
  return actor;
}

const callersOf = ({ services: { admission }, settings }: UploadEdge) => ({ admission, settings });
