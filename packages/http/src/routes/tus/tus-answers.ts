import {
  fileUrl,
  TUS_CHECKSUMS,
  TUS_EXTENSIONS,
  TUS_LINK_HEADER,
  TUS_VERSION,
  type WireErrorName,
} from "@consigne/contract";
import type { EdgeServices, PartUpload } from "@consigne/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { EdgeSettings } from "../../edge-settings.ts";
import { callerOf } from "../../wire/caller.ts";

/**
 * Statuses that differ from the other endpoints, because of the protocol or its clients: it requires 423 and 460;
 * clients retry after 409, 423 and any 5xx, and give up after any other 4xx.
 */
const statuses: Partial<Record<WireErrorName, number>> = {
  digestWrong: 460,
  uploadInProgress: 423,
  quota: 413,
  tooManyUploads: 413,
  uploadInterrupted: 503,
};

export function tusStatusOf({ name, status }: { name: WireErrorName; status: number }): number {
  return statuses[name] ?? status;
}

export function withVersion(reply: FastifyReply): FastifyReply {
  return reply.header("tus-resumable", TUS_VERSION);
}

/** What is supported: version, extensions, limits. */
export function describeTus(reply: FastifyReply, { uploads }: Pick<EdgeServices, "uploads">): FastifyReply {
  return withOwnVersion(reply)
    .header("tus-extension", TUS_EXTENSIONS)
    .header("tus-checksum-algorithm", TUS_CHECKSUMS)
    .header("tus-max-size", uploads.rules.maxFileBytes);
}

export function withOwnVersion(reply: FastifyReply): FastifyReply {
  return withVersion(reply).header("tus-version", TUS_VERSION);
}

export type UploadState = Pick<PartUpload, "receivedBytes" | "expiresAt" | "domain" | "link" | "file">;

/** Adds the offset of an upload, and its result. */
export function withState(
  request: FastifyRequest,
  reply: FastifyReply,
  { receivedBytes, expiresAt, domain, link, file }: UploadState,
  settings: EdgeSettings,
): FastifyReply {
  reply.header("upload-offset", receivedBytes);
  if (file === undefined) reply.header("upload-expires", expiresAt.toUTCString());
  const fileId = file?.fileId ?? link?.id;
  if (fileId === undefined) return reply;
  const { face } = callerOf(request, settings);
  return reply.header(TUS_LINK_HEADER.toLowerCase(), fileUrl(face, fileId, file?.domain ?? domain));
}
