import {
  endpoints,
  type Face,
  fileUrl,
  toInstantText,
  type UploadsListResponse,
  type UploadsPartsResponse,
} from "@consigne/contract";
import {
  type Actor,
  type EdgeServices,
  isAccountActor,
  leavesSha256Of,
  partCountOf,
  type PartUpload,
  type ReceivedPart,
} from "@consigne/core";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { cursorOf, positionIn } from "../../wire/time-cursor.ts";
import { folderReference } from "../../wire/wire-files.ts";

const UPLOADS_A_PAGE = 100;
const PARTS_A_PAGE = 500;

/** Uploads in parts, except sending the parts. */
export function addUploads(json: JsonEndpoints, { partUploads }: Pick<EdgeServices, "partUploads">): void {
  json.add({
    endpoint: endpoints.uploadsCreate,
    handle: async ({ actor, caller, input, gone }) => {
      if (input.path !== undefined && input.folder_id !== undefined)
        throw new RequestError("badRequest", "Give either folder_id or path.");
      const options = {
        place: input.path === undefined ? folderReference(input.folder_id) : { path: input.path },
        name: input.filename,
        contentType: input.content_type,
        sizeBytes: input.size,
        partBytes: input.part_size,
        domain: input.domain,
        password: input.pass ?? "",
        hasNoLinkYet: input.link !== 1,
      };
      const signal = options.password === "" ? undefined : gone();
      const upload = await partUploads.create(actor, options, signal);
      return { status: "OK" as const, upload: wireUpload(actor, caller.face, upload) };
    },
  });
  json.add({
    endpoint: endpoints.uploadsList,
    handle: async ({ actor, caller, input }) => {
      const before = input.cursor === undefined ? undefined : positionIn(input.cursor);
      const { uploads, next } = await partUploads.list(actor, { before, limit: UPLOADS_A_PAGE });
      return {
        status: "OK" as const,
        uploads: uploads.map((upload) => wireUpload(actor, caller.face, upload)),
        ...(next === undefined ? {} : { next: cursorOf(next) }),
      };
    },
  });
  json.add({
    endpoint: endpoints.uploadsParts,
    handle: async ({ actor, caller, input }) => {
      const page = { after: input.after ?? 0, limit: PARTS_A_PAGE };
      const { upload, parts } = await partUploads.describe(actor, input.id, page);
      const last = parts.at(-1);
      return {
        status: "OK" as const,
        upload: wireUpload(actor, caller.face, upload),
        parts: parts.map(wirePart),
        ...(parts.length < PARTS_A_PAGE || last === undefined ? {} : { next: last.number }),
      };
    },
  });
  json.add({
    endpoint: endpoints.uploadsComplete,
    handle: async ({ actor, caller, input }) => {
      const { fileId, name, sizeBytes, domain } = await partUploads.complete(actor, input.id);
      const url = fileUrl(caller.face, fileId, domain);
      return { status: "OK" as const, file: { file_id: fileId, url, filename: name, size: sizeBytes } };
    },
  });
  json.add({
    endpoint: endpoints.uploadsAbort,
    handle: async ({ actor, input }) => {
      await partUploads.abort(actor, input.id);
      return { status: "OK" as const };
    },
  });
}

function wirePart({ number, sha256, leaves }: ReceivedPart): UploadsPartsResponse["parts"][number] {
  const leavesSha256 = leavesSha256Of({ leaves });
  return { part: number, sha256, ...(leavesSha256 === "" ? {} : { leaves_sha256: leavesSha256 }) };
}

function wireUpload(actor: Actor, face: Face, upload: PartUpload): UploadsListResponse["uploads"][number] {
  const { id, folderId, name, domain, blob, receivedParts, receivedBytes, createdAt, expiresAt } = upload;
  return {
    id,
    folder_id: isAccountActor(actor) && actor.rootFolderId === folderId ? 0 : folderId,
    filename: name,
    ...(upload.link === undefined ? {} : { url: fileUrl(face, upload.link.id, domain) }),
    size: blob.sizeBytes,
    domain,
    pass: upload.passwordHash === undefined ? 0 : 1,
    tus: upload.stream === undefined ? 0 : 1,
    part_size: blob.partBytes,
    parts: partCountOf(blob),
    received_parts: receivedParts,
    received_size: receivedBytes,
    created_at: toInstantText(createdAt),
    expires_at: toInstantText(expiresAt),
  };
}
