import type { EdgeServices } from "@consigne/core";
import type { FastifyInstance } from "fastify";
import type { RequestRoom } from "../bounds/request-room.ts";
import { DownloadAnswers } from "../direct/download-answers.ts";
import type { EdgeLogger, EdgeSettings } from "../edge-settings.ts";
import { limitBodyTime } from "../wire/body-deadline.ts";
import { refusePage } from "../wire/page-refusal.ts";
import { acceptForms } from "../wire/form-body.ts";
import type { ListingAnswers } from "../wire/listing-answers.ts";
import { addArchive } from "./pages/archive.ts";
import { addCheckLinks } from "./pages/check-links.ts";
import { addDirect } from "./pages/direct.ts";
import { addDirectory } from "./pages/directory.ts";
import { addThumbnail } from "./pages/thumbnail.ts";
import { addHealth } from "./pages/health.ts";
import { addNetwork } from "./pages/network.ts";
import { addRemoval } from "./pages/removal.ts";
import { addQrCode } from "./pages/qr-code.ts";
import { addLinkPage } from "./pages/link-page.ts";
import { addEmailConfirmation } from "./session/confirm.ts";
import { addInvitationPage } from "./session/invitation.ts";
import { addConsoleApp } from "./console/console-app.ts";
import { addAccountCalls } from "./console/account-calls.ts";
import { ConsoleCalls } from "./console/console-calls.ts";
import { addFileCalls } from "./console/file-calls.ts";
import { addRemoteCall } from "./console/remote-call.ts";
import { addFolderCalls } from "./console/folder-calls.ts";
import { addConsole } from "./session/console.ts";
import { addFileList } from "./session/file-list.ts";
import { addLogin } from "./session/login.ts";
import { addLogout } from "./session/logout.ts";
import { addOldAccount } from "./session/old-account.ts";
import { addPasswordReset } from "./session/reset.ts";
import { addKeysPage } from "./session/keys.ts";
import { addSecurity } from "./session/security.ts";

/**
 * What browsers, scrapers and download tools open: links, direct links, shared folders, and the pages for signing in.
 */
export function addPageRoutes(
  app: FastifyInstance,
  services: EdgeServices,
  settings: EdgeSettings,
  logger: EdgeLogger,
  room: RequestRoom,
  listings: ListingAnswers,
): void {
  acceptForms(app, room);
  limitBodyTime(app, room);
  app.setErrorHandler((error, request, reply) => refusePage(error, request, reply, { settings, logger }));
  addHealth(app, settings, logger);
  const answers = new DownloadAnswers(settings, logger);
  addDirect(app, services, settings, logger, answers);
  addArchive(app, services, settings, logger, answers);
  addThumbnail(app, services, settings, logger);
  addCheckLinks(app, services, settings, logger);
  addDirectory(app, services, settings, listings);
  addRemoval(app, services, settings);
  addNetwork(app, settings);
  addQrCode(app, settings);
  addLinkPage(app, services, settings);
  addLogin(app, services, settings, logger);
  addLogout(app, services, settings);
  addFileList(app, services, settings);
  addPasswordReset(app, services, settings);
  addEmailConfirmation(app, services, settings);
  addInvitationPage(app, services, settings);
  addConsole(app, services, settings);
  addConsoleApp(app, services, settings);
  addOldAccount(app, services);
  addKeysPage(app, services, settings);
  addSecurity(app, services, settings);
  const calls = new ConsoleCalls(app, services, settings);
  addFolderCalls(calls, services, settings);
  addFileCalls(calls, services, settings);
  addAccountCalls(calls, services);
  addRemoteCall(calls, services, settings);
}
