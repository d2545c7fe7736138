import { pageEndpoints, tusUrl } from "@consigne/contract";
import { type Actor, guest, type PartUpload } from "@consigne/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerGone, goneFor } from "../../bounds/caller-gone.ts";
import { sessionOfCall } from "../../sessions/session-credentials.ts";
import { addressOf, callerOf } from "../../wire/caller.ts";
import { credentialsOfAllowedParameters, credentialsOfHeader } from "../../wire/credentials.ts";
import { isCountedRefusal, RequestError } from "../../wire/error-answer.ts";
import { sendJson } from "../../wire/json-endpoint.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { beginRefusal } from "../../wire/refusal.ts";
import { queryParameters } from "../../wire/request-target.ts";
import { refuseForeignPage } from "../../wire/sending-page.ts";
import type { UploadEdge } from "../upload/upload-receiver.ts";
import { describeTus, tusStatusOf, withOwnVersion, withState, withVersion } from "./tus-answers.ts";
import {
  checksumOf,
  headerOf,
  lengthOfBody,
  lengthOfUpload,
  offsetOf,
  requireBytes,
  requireVersion,
} from "./tus-head.ts";
import { wishesOf } from "./tus-metadata.ts";
import { receiveStream } from "./receive-stream.ts";

interface TusParams {
  id: string;
}

type TusRequest = FastifyRequest<{ Params: TusParams }>;

const needs = { area: "uploads", right: "write", isForCustomers: false } as const;

/** `/x/v1/tus`: uploads by the protocol tus 1.0.0, https://tus.io/protocols/resumable-upload. */
export function addTus(app: FastifyInstance, edge: UploadEdge): void {
  const { services, settings, logger } = edge;
  const options = {
    errorHandler: (reason: unknown, request: FastifyRequest, reply: FastifyReply) => {
      const answer = () => {
        const refusal = beginRefusal(reason, request, reply, { logger, failure: "an upload by tus failed" });
        withOwnVersion(reply.code(tusStatusOf(refusal)));
        void sendJson(reply, refusal.body);
      };
      if (isCountedRefusal(reason)) void services.admission.countRefusal(addressOf(request)).then(answer, answer);
      else answer();
    },
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
      await identify(request, edge, `tus.${method.toLowerCase()}`);
      await services.streamUploads.abort(actorOf(request), request.params.id);
      return withVersion(reply.code(204)).send();
    },
    options,
  );
}

/** @throws {RequestError} `badRequest` for a POST that means none of the others */
function methodOf(request: FastifyRequest): "OPTIONS" | "PATCH" | "HEAD" | "DELETE" {
  const method = request.method === "POST" ? headerOf(request, "x-http-method-override") : request.method;
  if (method === "OPTIONS" || method === "PATCH" || method === "HEAD" || method === "DELETE") return method;
  throw new RequestError("badRequest", "Send PATCH, HEAD or DELETE, or one of them as X-HTTP-Method-Override.");
}

async function createUpload(request: FastifyRequest, reply: FastifyReply, edge: UploadEdge): Promise<FastifyReply> {
  const { services, settings } = edge;
  const { streamUploads } = services;
  await identify(request, edge, "tus.create");
  const sizeBytes = lengthOfUpload(request);
  const bodyBytes = lengthOfBody(request);
  const checksum = checksumOf(request);
  if (bodyBytes !== 0) requireBytes(request);
  const wishes = { ...wishesOf(headerOf(request, "upload-metadata") ?? ""), sizeBytes, partBytes: undefined };
  const signal = wishes.password === "" ? undefined : callerGone(request);
  const actor = actorOf(request);
  const created = await streamUploads.create(actor, wishes, signal);
  let now: Pick<PartUpload, "receivedBytes" | "expiresAt" | "file"> = created;
  if (bodyBytes !== 0) {
    try {
      now = await receiveStream(request, edge, created.id, { offsetBytes: 0, bodyBytes, checksum });
    } catch (error) {
      // Nobody knows of it.
      await streamUploads.abort(actor, created.id).catch(() => undefined);
      throw error;
    }
  }
  const { face } = callerOf(request, settings);
  withVersion(reply.code(201)).header("location", tusUrl(face, created.id));
  return withState(request, reply, now, settings).send();
}

async function patchUpload(request: TusRequest, reply: FastifyReply, edge: UploadEdge): Promise<FastifyReply> {
  await identify(request, edge);
  requireBytes(request);
  const head = { offsetBytes: offsetOf(request), bodyBytes: lengthOfBody(request), checksum: checksumOf(request) };
  const upload = await receiveStream(request, edge, request.params.id, head);
  return withState(request, withVersion(reply.code(204)), upload, edge.settings).send();
}

async function tellUpload(request: TusRequest, reply: FastifyReply, edge: UploadEdge): Promise<FastifyReply> {
  await identify(request, edge, "tus.head");
  const upload = await edge.services.streamUploads.find(actorOf(request), request.params.id);
  const metadata = upload.stream?.metadata ?? "";
  withVersion(reply.code(200)).header("upload-length", upload.blob.sizeBytes);
  if (metadata !== "") reply.header("upload-metadata", metadata);
  return withState(request, reply, upload, edge.settings).send();
}

/** Where `operation` is named it is counted as a call, and the right asked for. */
async function identify(
  request: FastifyRequest,
  { services: { admission }, settings }: UploadEdge,
  operation?: string,
): Promise<void> {
  const query = queryParameters(request);
  const credentials =
    credentialsOfHeader(request, settings) ??
    credentialsOfAllowedParameters((name) => query.get(name), settings) ??
    sessionOfCall(request, settings);
  const address = addressOf(request);
  request.actor = guest(address);
  const door = operation === undefined ? "uploads and pages" : "calls";
  request.actor = await admission.identify(credentials, address, door, goneFor(credentials, request));
  if (operation !== undefined) await admission.admit(request.actor, { name: operation, needs });
}

const actorOf = (request: FastifyRequest): Actor => request.actor ?? guest(addressOf(request));
