import { downloadGetToken, uploadGetUploadServer, userInfo } from "./endpoints/account-endpoints.ts";
import {
  fileChattr,
  fileCp,
  fileInfo,
  fileLs,
  fileMv,
  fileRename,
  fileRm,
  fileScan,
} from "./endpoints/file-endpoints.ts";
import { folderLs, folderMkdir, folderMv, folderRm, folderShare } from "./endpoints/folder-endpoints.ts";
import { ftpProcess, ftpUsersAdd, ftpUsersLs, ftpUsersRm } from "./endpoints/ftp-endpoints.ts";
import { remoteInfo, remoteLs, remoteRequest } from "./endpoints/remote-endpoints.ts";
import { vouchersCheck, vouchersLs, vouchersUse } from "./endpoints/voucher-endpoints.ts";

/** Every JSON call of the wire. */
export const endpoints = {
  downloadGetToken,
  uploadGetUploadServer,
  fileLs,
  fileInfo,
  fileScan,
  fileRm,
  fileMv,
  fileRename,
  fileCp,
  fileChattr,
  folderLs,
  folderMkdir,
  folderShare,
  folderMv,
  folderRm,
  userInfo,
  remoteLs,
  remoteInfo,
  remoteRequest,
  ftpProcess,
  ftpUsersLs,
  ftpUsersAdd,
  ftpUsersRm,
  vouchersLs,
  vouchersCheck,
  vouchersUse,
};
export type EndpointName = keyof typeof endpoints;
