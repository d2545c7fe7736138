import type { EndpointName } from "@consigne/contract";
import { fieldsOf, findNumber, findText } from "../resources/wire-values.ts";

/**
 * What is missing from an answer, in words; undefined if it is complete. A listing without its lists must never pass
 * for an empty folder: whoever mirrors it would remove everything on the other side.
 */
export function whatIsMissing(name: EndpointName, request: object, answer: object): string | undefined {
  return checks[name]?.(fieldsOf(answer), fieldsOf(request));
}

type Check = (answer: Record<string, unknown>, request: Record<string, unknown>) => string | undefined;

const checks: Partial<Record<EndpointName, Check>> = {
  fileLs: (answer) => missingList(answer, "items", "filename", findNumber(answer["count"]) === 0),
  folderLs: (answer, request) =>
    missingList(answer, "sub_folders", "name", hasNoFolders(answer)) ??
    (findNumber(request["files"]) === 1
      ? missingList(answer, "items", "filename", findNumber(answer["files"]) === 0)
      : undefined),
  folderList: (answer) => missingList(answer, "entries", "name", false),
  batchChange: (answer) => missingList(answer, "results", "outcome", false),
  versionList: (answer) => missingList(answer, "versions", "date", false),
  versionReplace: (answer) => missingList(answer, "results", "outcome", false),
  versionGetToken: (answer) => missingUrl(answer),
  trashList: (answer) => missingList(answer, "entries", "kind", false),
  trashRestore: (answer) => missingList(answer, "results", "outcome", false),
  entrySearch: (answer) => missingList(answer, "matches", "path", false),
  // If this were read as 0, the root, whatever belongs in the new folder would end up there.
  folderMkdir: (answer) => ((findNumber(answer["folder_id"]) ?? 0) > 0 ? undefined : "no `folder_id`"),
  downloadGetToken: (answer) => missingUrl(answer),
  linkList: (answer) => missingList(answer, "links", "url", false),
  folderZip: (answer) => missingUrl(answer),
  uploadGetUploadServer: (answer) => missingTexts(answer, "url", "id"),
  uploadsCreate: (answer) => missingIn(answer, "upload", "id"),
  uploadsList: (answer) => missingList(answer, "uploads", "id", false),
  uploadsParts: (answer) => missingIn(answer, "upload", "id") ?? missingList(answer, "parts", "part", false),
  // Only an answer that names the file shows that there is one.
  uploadsComplete: (answer) => missingIn(answer, "file", "url"),
  fileInfo: (answer) => missingTexts(answer, "filename"),
  fileScan: (answer) => noneOf(answer, "status", "date"),
  fileRm: (answer) => noneOf(answer, "removed", "status"),
  fileMv: (answer) => noneOf(answer, "moved", "status"),
  fileRename: (answer) => noneOf(answer, "renamed", "status"),
  fileChattr: (answer) => noneOf(answer, "updated", "status"),
  fileCp: (answer) => missingList(answer, "urls", "to_url", findNumber(answer["copied"]) === 0),
  folderShare: (answer, request) => (findNumber(request["share"]) === 1 ? missingTexts(answer, "url") : undefined),
  userInfo: (answer) => noneOf(answer, "email", "offer"),
  // Nothing is removed because it is not in such a list, so a server may leave out an empty one.
  remoteLs: (answer) => missingList(answer, "data", "id", isOk(answer)),
  ftpUsersLs: (answer) => missingList(answer, "data", "user", isOk(answer)),
  vouchersLs: (answer) => missingList(answer, "data", "voucher", isOk(answer)),
  remoteInfo: (answer) =>
    ["links", "result"].some((list) => Array.isArray(answer[list])) ? undefined : "no list `links`",
  remoteRequest: (answer) => (findNumber(answer["id"]) === undefined ? "no `id`" : undefined),
  remoteList: (answer) => missingList(answer, "requests", "id", isOk(answer)),
  keysLs: (answer) => missingList(answer, "keys", "id", findNumber(answer["count"]) === 0),
  adminShow: (answer) => missingList(answer, "days", "day", false),
  adminUserLs: (answer) => missingList(answer, "users", "email", false),
  adminKeyLs: (answer) => missingList(answer, "keys", "id", false),
  adminLockLs: (answer) => missingList(answer, "locks", "id", false),
  adminJobLs: (answer) => missingList(answer, "jobs", "id", false),
  activityList: (answer) => missingList(answer, "records", "action", false),
  sessionLs: (answer) => missingList(answer, "sessions", "id", false),
  // Without it the key would be lost, and nobody would notice.
  keysAdd: (answer) => missingTexts(answer, "api_key"),
  keysRotate: (answer) => missingTexts(answer, "api_key"),
  vouchersCheck: (answer) => noneOf(answer, "service", "status"),
};

const isOk = (answer: Record<string, unknown>): boolean => findText(answer["status"])?.toUpperCase() === "OK";

function noneOf(answer: Record<string, unknown>, ...names: readonly string[]): string | undefined {
  return names.some((name) => findText(answer[name]) !== undefined) ? undefined : `no \`${names.join("` and no `")}\``;
}

const missingUrl = (answer: Record<string, unknown>): string | undefined =>
  URL.canParse(findText(answer["url"]) ?? "") ? undefined : "no `url`";

function missingTexts(answer: Record<string, unknown>, ...names: readonly string[]): string | undefined {
  const missing = names.find((name) => findText(answer[name]) === undefined);
  return missing === undefined ? undefined : `no \`${missing}\``;
}

const missingIn = (answer: Record<string, unknown>, part: string, field: string): string | undefined =>
  isNamed(answer[part], field) ? undefined : `no \`${field}\` in \`${part}\``;

/**
 * Clients of 1fichier.com manage without `sub_folders` if a folder has none (rclone's decoder, the Python client). So
 * it may be absent in an answer that describes a folder, which one with `files`, their number, does.
 */
function hasNoFolders(answer: Record<string, unknown>): boolean {
  const list = answer["sub_folders"];
  return list === undefined ? findNumber(answer["files"]) !== undefined : findNumber(list) === 0;
}

function missingList(
  answer: Record<string, unknown>,
  list: string,
  nameField: string,
  isSaidToBeEmpty: boolean,
): string | undefined {
  const entries = answer[list];
  if (!Array.isArray(entries)) return isSaidToBeEmpty && entries !== null ? undefined : `no list \`${list}\``;
  const isWhole = entries.every((entry: unknown) => isNamed(entry, nameField));
  return isWhole ? undefined : `an entry of \`${list}\` without \`${nameField}\``;
}

const isNamed = (entry: unknown, nameField: string): boolean =>
  typeof entry === "object" && entry !== null && findText(fieldsOf(entry)[nameField]) !== undefined;
