import { batchPut } from "./endpoints/batch-put.ts";
import { checkLinks, directoryPage, filePage, networkPage, qrCode, removalPage } from "./endpoints/link-pages.ts";
import {
  consoleDirs,
  consoleDpub,
  consoleFrename,
  consoleGetInfo,
  consoleInfog,
  consoleLink,
  consoleMkdir,
  consoleOp,
  consoleRemote,
  consoleRemove,
  consoleRmdir,
} from "./endpoints/console-pages.ts";
import { consoleApp, consoleAsset } from "./endpoints/console-app.ts";
import { consoleFiles } from "./endpoints/file-pages.ts";
import { emailConfirmation, forgottenPassword, invitation, passwordReset } from "./endpoints/reset-pages.ts";
import {
  docsPage,
  docsScript,
  openApiJson,
  openApiYaml,
  serverAbout,
  serverHealth,
  serverReadiness,
} from "./endpoints/server-pages.ts";
import {
  consoleAccount,
  consoleCredits,
  consoleIndex,
  consolePlan,
  consoleSecurity,
  consoleSettings,
  login,
  logout,
} from "./endpoints/session-pages.ts";
import { events } from "./endpoints/event-stream.ts";
import { archive, direct, endPl, thumbnail, uploadCgi } from "./endpoints/transfer-pages.ts";
import { tus, tusUpload } from "./endpoints/tus.ts";
import { uploadsPart } from "./endpoints/upload-part.ts";

/** Everything on the wire that is not a JSON call. */
export const pageEndpoints = {
  uploadCgi,
  endPl,
  direct,
  archive,
  thumbnail,
  filePage,
  qrCode,
  networkPage,
  directoryPage,
  removalPage,
  checkLinks,
  login,
  logout,
  forgottenPassword,
  passwordReset,
  emailConfirmation,
  invitation,
  consoleApp,
  consoleAsset,
  consoleFiles,
  consoleMkdir,
  consoleRmdir,
  consoleRemove,
  consoleFrename,
  consoleOp,
  consoleDpub,
  consoleLink,
  consoleDirs,
  consoleGetInfo,
  consoleInfog,
  consoleRemote,
  consoleIndex,
  consolePlan,
  consoleSettings,
  consoleCredits,
  consoleAccount,
  consoleSecurity,
  serverAbout,
  events,
  uploadsPart,
  batchPut,
  tus,
  tusUpload,
  serverHealth,
  serverReadiness,
  docsPage,
  docsScript,
  openApiJson,
  openApiYaml,
};
