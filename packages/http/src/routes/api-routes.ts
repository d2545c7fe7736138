import { endpoints } from "@consigne/contract";
import type { EdgeServices } from "@consigne/core";
import type { FastifyInstance } from "fastify";
import type { RequestRoom } from "../bounds/request-room.ts";
import type { EdgeLogger, EdgeSettings } from "../edge-settings.ts";
import { addressOf } from "../wire/caller.ts";
import { isCountedRefusal, RequestError } from "../wire/error-answer.ts";
import { limitBodyTime } from "../wire/body-deadline.ts";
import { acceptJsonBodies } from "../wire/json-body.ts";
import { JsonEndpoints } from "../wire/json-endpoint.ts";
import type { ListingAnswers } from "../wire/listing-answers.ts";
import { addRequestSteps } from "../wire/request-steps.ts";
import { refuseForeignPage } from "../wire/sending-page.ts";
import { addGetToken } from "./download/get-token.ts";
import { addFileChattr } from "./file/chattr.ts";
import { addFileCp } from "./file/cp.ts";
import { addFileInfo } from "./file/info.ts";
import { addFileLs } from "./file/ls.ts";
import { addFileMv } from "./file/mv.ts";
import { addFileRename } from "./file/rename.ts";
import { addFileRm } from "./file/rm.ts";
import { addFolderLs } from "./folder/ls.ts";
import { addFolderMkdir } from "./folder/mkdir.ts";
import { addFolderMv } from "./folder/mv.ts";
import { addFolderRm } from "./folder/rm.ts";
import { addFolderShare } from "./folder/share.ts";
import { addGetUploadServer } from "./upload/get-upload-server.ts";
import { addImportCalls } from "./remote/import-calls.ts";
import { addRemoteCalls, addRemoteExtension } from "./remote/remote-calls.ts";
import { addUserInfo } from "./user/info.ts";
import { addAccount } from "./x/account.ts";
import { addActivity } from "./x/activity.ts";
import { addAdmin } from "./x/admin.ts";
import { addInvitations } from "./x/invitations.ts";
import { addBatchChange } from "./x/batch-change.ts";
import { addEntryCalls } from "./x/entries.ts";
import { addEvents } from "./x/events.ts";
import { addFolderZip } from "./x/folder-zip.ts";
import { addKeys } from "./x/keys.ts";
import { addLinkCalls } from "./x/links.ts";
import { addShareCalls } from "./x/shares.ts";
import { addSessions } from "./x/sessions.ts";
import { addTrash } from "./x/trash.ts";
import { addManifests } from "./x/manifests.ts";
import { addUploads } from "./x/uploads.ts";
import { addUserKeys } from "./x/user-keys.ts";
import { addVersions } from "./x/versions.ts";

/** Every JSON call, under `/v1` and `/x/v1`. */
export function addApiRoutes(
  app: FastifyInstance,
  services: EdgeServices,
  settings: EdgeSettings,
  room: RequestRoom,
  { listings, logger }: { listings: ListingAnswers; logger: EdgeLogger },
): void {
  acceptJsonBodies(app, room);
  limitBodyTime(app, room);
  addRequestSteps(app, [(request) => refuseForeignPage(request, settings)]);
  countRefusals(app, services);
  const json = new JsonEndpoints(app, services, settings, listings);
  addGetToken(json, services, settings);
  addGetUploadServer(json, services);
  addFileLs(json, services);
  addFileInfo(json, services);
  addFileRm(json, services);
  addFileMv(json, services);
  addFileRename(json, services);
  addFileCp(json, services);
  addFileChattr(json, services);
  addFolderLs(json, services);
  addFolderMkdir(json, services);
  addFolderMv(json, services);
  addFolderRm(json, services);
  addFolderShare(json, services);
  addUserInfo(json, services, settings);
  addRemoteCalls(json, services);
  addRemoteExtension(json, services);
  addImportCalls(json, services);
  addEntryCalls(json, services, settings);
  addBatchChange(json, services);
  addFolderZip(json, services, settings);
  addTrash(json, services);
  addVersions(json, services, settings);
  addUploads(json, services);
  addManifests(json, services);
  addLinkCalls(json, services);
  addShareCalls(json, services);
  addKeys(json, services, settings);
  addAccount(json, services, settings);
  addSessions(json, services);
  addActivity(json, services);
  addAdmin(json, services);
  addInvitations(json, services, settings);
  addUserKeys(json, services, settings);
  addEvents(app, services, settings, logger);
  answerPlanned(app);
}

/** Before the refusal is sent, so that its receiver can rely on it having been counted. */
function countRefusals(app: FastifyInstance, { admission }: Pick<EdgeServices, "admission">): void {
  app.addHook("onError", async (request, _reply, error) => {
    if (isCountedRefusal(error)) await admission.countRefusal(addressOf(request));
  });
}

/** Refuses a call that the contract documents and the server does not have: the reason is in the answer. */
function answerPlanned(app: FastifyInstance): void {
  for (const endpoint of Object.values(endpoints)) {
    if (endpoint.availability !== "planned") continue;
    app.route({
      method: [...endpoint.methods],
      url: endpoint.path,
      handler: async () => {
        throw new RequestError("endpointNotAvailable", "This server does not offer this call.");
      },
    });
  }
}
