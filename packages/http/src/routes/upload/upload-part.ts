import { pageEndpoints, type UploadPartJson } from "@consigne/contract";
import type { Actor, IncomingPart, PartProof } from "@consigne/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { identifyByHead } from "../../sessions/caller-of-head.ts";
import { RequestError } from "../../wire/error-answer.ts";
import { sendJson } from "../../wire/json-endpoint.ts";
import { jsonRefusals } from "../../wire/json-refusals.ts";
import { addPageRoute } from "../../wire/page-route.ts";
import { refuseForeignPage } from "../../wire/sending-page.ts";
import { receiveBody } from "./receive-body.ts";
import { RightsWatch } from "./rights-watch.ts";
import { UploadHold } from "./upload-hold.ts";
import type { UploadEdge } from "./upload-receiver.ts";

const IDLE_TIMEOUT_MS = 2 * 60_000;
/** As for a whole upload: a part may have a gigabyte. */
const TOTAL_TIMEOUT_MS = 4 * 3_600_000;
/** RFC 9530: a dictionary (RFC 8941) of byte sequences, of which only this one is used. */
const SHA256_MEMBER = /(?:^|,)[ \t]*sha-256=:([A-Za-z0-9+/]{43}=):[ \t]*(?:;[^,]*)?(?=,|$)/;

interface PartParams {
  id: string;
  part: string;
}

/** `PUT /x/v1/uploads/{id}/{part}`: the bytes of one part. */
export function addUploadPart(app: FastifyInstance, edge: UploadEdge): void {
  const { services, settings, logger } = edge;
  addPageRoute<PartParams>(
    app,
    pageEndpoints.uploadsPart,
    async (request, reply) => {
      refuseForeignPage(request, settings);
      const actor = await identifyByHead(request, { admission: services.admission, settings }, "uploads and pages");
      return sendJson(reply, await takePart(request, actor, edge));
    },
    { errorHandler: jsonRefusals({ services, logger, failure: "a part failed" }) },
  );
}

async function takePart(
  request: FastifyRequest<{ Params: PartParams }>,
  actor: Actor,
  { services, settings, room }: UploadEdge,
): Promise<UploadPartJson> {
  const { partUploads } = services;
  const { id } = request.params;
  const number = /^\d{1,9}$/.test(request.params.part) ? Number(request.params.part) : 0;
  const announced = { number, sizeBytes: lengthOf(request), proof: proofIn(request) };
  using hold = new UploadHold(room, request);
  const part = await partUploads.openPart(actor, id, announced);
  const answer: UploadPartJson = { status: "OK", part: number, size: announced.sizeBytes ?? 0 };
  if (part === "there") return answer;
  try {
    hold.welcome();
    using watch = new RightsWatch(() => partUploads.recheck(actor, id), settings.uploadRecheckMs);
    await receive(request, part, AbortSignal.any([hold.signal, watch.signal]));
    hold.complete();
    await part.finish();
    return answer;
  } catch (error) {
    await part.abort();
    throw error;
  }
}

function receive({ raw }: FastifyRequest, part: IncomingPart, signal: AbortSignal): Promise<void> {
  return receiveBody(raw, {
    idleTimeoutMs: IDLE_TIMEOUT_MS,
    totalTimeoutMs: TOTAL_TIMEOUT_MS,
    signal,
    take: (chunk) => part.write(chunk),
  });
}

/** Node has already refused invalid numbers. A chunked body has none. */
function lengthOf({ headers }: FastifyRequest): number | undefined {
  const text = headers["content-length"];
  return text === undefined ? undefined : Number(text);
}

/** @throws {RequestError} `badRequest` */
function proofIn({ headers }: FastifyRequest): PartProof {
  const proof = { sha256: digestIn(headers["content-digest"]), leavesSha256: digestIn(headers["leaves-digest"]) };
  if (proof.sha256 !== undefined || proof.leavesSha256 !== undefined) return proof;
  throw new RequestError(
    "badRequest",
    "Send the SHA-256 of the part as Content-Digest: sha-256=:BASE64:, or that of the digests of its leaves as " +
      "Leaves-Digest: sha-256=:BASE64:; nothing was stored.",
  );
}

function digestIn(sent: string | string[] | undefined): string | undefined {
  const text = typeof sent === "string" ? sent : (sent ?? []).join(", ");
  const base64 = SHA256_MEMBER.exec(text)?.[1];
  return base64 === undefined ? undefined : Buffer.from(base64, "base64").toString("hex");
}
