import type { EndpointName } from "@consigne/contract";
import type { ServerAddress } from "./server-address.ts";

/** What the client has to know about a call. Schemas stay in the contract: they would bring a library along. */
export interface Operation {
  /** The name for people and for limits; its parts are also the path. */
  readonly operation: string;
  /**
   * Whether a call may be repeated when it is not known whether the first was carried out. `always`: a second one
   * changes nothing. `unsent`: only if the first certainly did nothing.
   */
  readonly repeat: "always" | "unsent";
  /** Only if it does not follow from the name. */
  readonly path?: string;
  /** Below `/x/v1` of the server, which 1fichier.com does not have. */
  readonly isExtension?: true;
}

const always = (operation: string): Operation => ({ operation, repeat: "always" });
const unsent = (operation: string): Operation => ({ operation, repeat: "unsent" });
const extension = (operation: Operation): Operation => ({
  ...operation,
  path: operation.operation.replaceAll(".", "/"),
  isExtension: true,
});

/** Every call of the contract; a missing one is a type error. */
export const operations: Readonly<Record<EndpointName, Operation>> = {
  downloadGetToken: always("download.get_token"),
  uploadGetUploadServer: always("upload.get_upload_server"),
  fileLs: always("file.ls"),
  fileInfo: always("file.info"),
  fileScan: always("file.scan"),
  fileRm: always("file.rm"),
  fileMv: always("file.mv"),
  fileRename: always("file.rename"),
  // A second copy is another file.
  fileCp: unsent("file.cp"),
  fileChattr: always("file.chattr"),
  folderLs: always("folder.ls"),
  // The second one would be told that the folder exists.
  folderMkdir: unsent("folder.mkdir"),
  folderShare: always("folder.share"),
  folderMv: always("folder.mv"),
  folderRm: always("folder.rm"),
  folderList: extension(always("folder.list")),
  entryStat: extension(always("entry.stat")),
  batchChange: extension(always("batch.change")),
  // A second one is another link.
  linkAdd: extension(unsent("link.add")),
  linkList: extension(always("link.list")),
  linkChange: extension(always("link.change")),
  linkRemove: extension(always("link.remove")),
  sharePeople: extension(always("share.people")),
  shareGrant: extension(always("share.grant")),
  shareRevoke: extension(always("share.revoke")),
  shareReceived: extension(always("share.received")),
  // A second one is told that the folder is not shared.
  shareLeave: extension(unsent("share.leave")),
  folderZip: extension(always("folder.zip")),
  trashList: extension(always("trash.list")),
  trashRestore: extension(always("trash.restore")),
  trashRemove: extension(unsent("trash.remove")),
  trashRetention: extension(always("trash.retention")),
  // A second one is another upload.
  uploadsCreate: extension(unsent("uploads.create")),
  uploadsList: extension(always("uploads.list")),
  manifestGet: extension(always("manifest.get")),
  uploadsParts: extension(always("uploads.parts")),
  uploadsComplete: extension(always("uploads.complete")),
  // A second one is told that there is no such upload.
  uploadsAbort: extension(unsent("uploads.abort")),
  versionList: extension(always("version.list")),
  // A second one is told that the newer file is gone.
  versionReplace: extension(unsent("version.replace")),
  // A second one is told that there is no such version.
  versionRestore: extension(unsent("version.restore")),
  versionRemove: extension(unsent("version.remove")),
  versionGetToken: extension(always("version.get_token")),
  versionRetention: extension(always("version.retention")),
  entrySearch: extension(always("entry.search")),
  userInfo: always("user.info"),
  remoteLs: always("remote.ls"),
  remoteInfo: always("remote.info"),
  remoteRequest: unsent("remote.request"),
  remoteList: extension(always("remote.list")),
  remoteShow: extension(always("remote.show")),
  remoteCancel: extension(always("remote.cancel")),
  // A second one is told that nothing is missing.
  remoteRetry: extension(unsent("remote.retry")),
  // A second one is told that there is none, the same answer as for other people's.
  remoteRemove: extension(unsent("remote.remove")),
  // A second one is another import.
  importAdd: extension(unsent("import.add")),
  importList: extension(always("import.list")),
  importShow: extension(always("import.show")),
  importEntries: extension(always("import.entries")),
  importCancel: extension(always("import.cancel")),
  // A second one is told that it has not ended.
  importRetry: extension(unsent("import.retry")),
  importRemove: extension(unsent("import.remove")),
  ftpProcess: always("ftp.process"),
  ftpUsersLs: always("ftp.users.ls"),
  ftpUsersAdd: unsent("ftp.users.add"),
  ftpUsersRm: always("ftp.users.rm"),
  vouchersLs: always("vouchers.ls"),
  vouchersCheck: always("vouchers.check"),
  vouchersUse: unsent("vouchers.use"),
  keysLs: extension(always("keys.ls")),
  // A second one makes another key, and the text of the first is lost.
  keysAdd: extension(unsent("keys.add")),
  keysChange: extension(always("keys.change")),
  keysRotate: extension(unsent("keys.rotate")),
  keysRm: extension(always("keys.rm")),
  accountShow: extension(always("account.show")),
  accountChange: extension(always("account.change")),
  accountVerify: extension(always("account.verify")),
  accountPassword: extension(always("account.password")),
  // A second one sends another e-mail.
  accountEmail: extension(unsent("account.email")),
  accountExport: extension(always("account.export")),
  accountContents: extension(always("account.contents")),
  // A second one is refused: the account is locked.
  accountDelete: extension(unsent("account.delete")),
  sessionLs: extension(always("session.ls")),
  adminShow: extension(always("admin.show")),
  adminUserLs: extension(always("admin.user.ls")),
  adminUserChange: extension(always("admin.user.change")),
  adminKeyLs: extension(always("admin.key.ls")),
  adminKeyRevoke: extension(always("admin.key.revoke")),
  adminLockLs: extension(always("admin.lock.ls")),
  // A second one is told that there is no such lock.
  adminLockRelease: extension(unsent("admin.lock.release")),
  adminJobLs: extension(always("admin.job.ls")),
  adminJobRetry: extension(unsent("admin.job.retry")),
  adminJobCancel: extension(unsent("admin.job.cancel")),
  adminJobShow: extension(always("admin.job.show")),
  // A second one is told that a check is in progress.
  adminStorageCheck: extension(unsent("admin.storage.check")),
  adminSettings: extension(always("admin.settings")),
  adminInvitationLs: extension(always("admin.invitation.ls")),
  // A second one sends another e-mail.
  adminInvitationAdd: extension(unsent("admin.invitation.add")),
  adminInvitationResend: extension(unsent("admin.invitation.resend")),
  // A second one is told that it has ended.
  adminInvitationRm: extension(unsent("admin.invitation.rm")),
  activityList: extension(always("activity.list")),
  // A second one is told that the session has ended.
  sessionRm: extension(unsent("session.rm")),
};

const names = Object.keys(operations) as EndpointName[];

/** The name of a call, given its name or path; undefined if it is not in the contract. */
export const findName = (text: string): EndpointName | undefined =>
  names.find((name) => name === text || pathOf(operations[name]) === text);

/** @throws {TypeError} not a path below the base of the API */
export function operationAt(path: string, isRepeatable: boolean): Operation {
  // The key is sent wherever this leads.
  if (!/^[\w-]+(?:[./][\w-]+)+$/.test(path)) {
    throw new TypeError(`${path} is not the path of a call, such as file/ls.cgi.`);
  }
  const operation = path.replace(/\.cgi$/, "").replaceAll("/", ".");
  return { operation, repeat: isRepeatable ? "always" : "unsent", path };
}

/** The URL of a call; undefined for an extension on 1fichier.com. */
export function urlOf(operation: Operation, address: ServerAddress): string | undefined {
  const { apiUrl, isOriginal, origin } = address;
  if (operation.isExtension !== true) return `${apiUrl}/${pathOf(operation)}`;
  return isOriginal ? undefined : `${origin}/x/v1/${pathOf(operation)}`;
}

/** Path below the base of the API, or of the extensions. */
const pathOf = ({ operation, path }: Operation): string => path ?? `${operation.replaceAll(".", "/")}.cgi`;
