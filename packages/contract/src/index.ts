export type {
  DownloadGetTokenRequest,
  DownloadGetTokenResponse,
  UploadGetUploadServerRequest,
  UploadGetUploadServerResponse,
  FileLsRequest,
  FileLsResponse,
  FileInfoRequest,
  FileInfoResponse,
  FileScanRequest,
  FileScanResponse,
  FileRmRequest,
  FileRmResponse,
  FileMvRequest,
  FileMvResponse,
  FileRenameRequest,
  FileRenameResponse,
  FileCpRequest,
  FileCpResponse,
  FileChattrRequest,
  FileChattrResponse,
  FolderLsRequest,
  FolderLsResponse,
  FolderMkdirRequest,
  FolderMkdirResponse,
  FolderShareRequest,
  FolderShareResponse,
  FolderMvRequest,
  FolderMvResponse,
  FolderRmRequest,
  FolderRmResponse,
  FolderListRequest,
  FolderListResponse,
  EntryStatRequest,
  EntryStatResponse,
  EntrySearchRequest,
  EntrySearchResponse,
  BatchChangeRequest,
  BatchChangeResponse,
  UserInfoRequest,
  UserInfoResponse,
  RemoteLsRequest,
  RemoteLsResponse,
  RemoteInfoRequest,
  RemoteInfoResponse,
  RemoteRequestRequest,
  RemoteRequestResponse,
  RemoteListRequest,
  RemoteListResponse,
  RemoteShowRequest,
  RemoteShowResponse,
  RemoteCancelRequest,
  RemoteCancelResponse,
  RemoteRetryRequest,
  RemoteRetryResponse,
  ImportAddRequest,
  ImportAddResponse,
  ImportListRequest,
  ImportListResponse,
  ImportShowRequest,
  ImportShowResponse,
  ImportEntriesRequest,
  ImportEntriesResponse,
  ImportCancelRequest,
  ImportCancelResponse,
  FtpProcessRequest,
  FtpProcessResponse,
  FtpUsersLsRequest,
  FtpUsersLsResponse,
  FtpUsersAddRequest,
  FtpUsersAddResponse,
  FtpUsersRmRequest,
  FtpUsersRmResponse,
  VouchersLsRequest,
  VouchersLsResponse,
  VouchersCheckRequest,
  VouchersCheckResponse,
  VouchersUseRequest,
  VouchersUseResponse,
  KeysLsRequest,
  KeysLsResponse,
  KeysAddRequest,
  KeysAddResponse,
  KeysChangeRequest,
  KeysChangeResponse,
  KeysRotateRequest,
  KeysRotateResponse,
  KeysRmRequest,
  KeysRmResponse,
} from "./bodies.ts";
export { type CivilTimes, civilTimesIn, frenchTimes } from "./civil-time.ts";
export { errorsOf } from "./endpoint.ts";
export type { Endpoint, RequestOf, ResponseOf, Scope, ScopeArea } from "./endpoint.ts";
export { instantIn, toInstantText } from "./instant.ts";
export { folderMoveDestination } from "./endpoints/folder-endpoints.ts";
export { endpoints } from "./endpoints.ts";
export { methodsAt } from "./methods-at.ts";
export { type PathPart, pathsOf } from "./page-paths.ts";
export type { EndpointName } from "./endpoints.ts";
export {
  apiBase,
  directoryUrl,
  directUrl,
  domains,
  faceOfHost,
  fileUrl,
  EMAIL_CONFIRMATION_PATH,
  emailConfirmationUrl,
  FORGOTTEN_PASSWORD_PATH,
  forgottenPasswordUrl,
  PASSWORD_RESET_PATH,
  passwordResetUrl,
  isLinkQuery,
  parseDirectoryLink,
  parseFileLink,
  parseFileQuery,
  parseRemovalLink,
  removalUrl,
  siteUrl,
  uploadHost,
  uploadReportPath,
  uploadUrl,
} from "./links.ts";
export type { Face, FileQuery } from "./links.ts";
export { parseRequest } from "./parse-request.ts";
export type { ParsedRequest } from "./parse-request.ts";
export { consoleInfoJson, folderDirJson, uploadReportJson } from "./report-bodies.ts";
export type { ConsoleInfoJson, FolderDirJson, UploadReportJson } from "./report-bodies.ts";
export type { ServerAboutJson } from "./server-bodies.ts";
export { floodErrorOf, floodReasonOf } from "./flood-errors.ts";
export { toWireError, wireErrors } from "./wire-errors.ts";
export type { WireError, WireErrorBody, WireErrorName } from "./wire-errors.ts";
export { buildOpenApi } from "./openapi.ts";
export type { PageAnswer, PageEndpoint, PageParameter } from "./page-endpoint.ts";
export { errorsOfPage, pageSchemas } from "./page-endpoint.ts";
export { pageEndpoints } from "./page-endpoints.ts";
export { buildReference } from "./reference.ts";
