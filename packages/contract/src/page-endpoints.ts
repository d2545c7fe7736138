import { checkLinks, directoryPage, filePage, networkPage, qrCode, removalPage } from "./endpoints/link-pages.ts";
import { consoleFiles } from "./endpoints/file-pages.ts";
import { emailConfirmation, forgottenPassword, passwordReset } from "./endpoints/reset-pages.ts";
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
import { direct, endPl, uploadCgi } from "./endpoints/transfer-pages.ts";

/** What the wire has besides JSON calls. */
export const pageEndpoints = {
  uploadCgi,
  endPl,
  direct,
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
  consoleFiles,
  consoleIndex,
  consolePlan,
  consoleSettings,
  consoleCredits,
  consoleAccount,
  consoleSecurity,
  serverAbout,
  serverHealth,
  serverReadiness,
  docsPage,
  docsScript,
  openApiJson,
  openApiYaml,
};
