import type { EndpointName } from "./endpoints.ts";

/** One exchange per call, with values of our own; what the reference shows. */
export interface Example {
  request: object;
  response: object;
}

const LINK = "https://1fichier.com/?abcdefghij0123456789";
const COPY = "https://1fichier.com/?k1l2m3n4o5p6q7r8s9t0";
const CHECKSUM = "0123456789abcdef".repeat(8);
const RECEIVED = "2026-01-31 10:20:30";
const VOUCHER = "0a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d";
const ok = { status: "OK" };
const done = { ...ok, message: "" };
const attributes = { pass: 0, no_ssl: 0, inline: 0, cdn: 0 };
const listed = {
  url: LINK,
  filename: "a.bin",
  size: 12_345,
  date: RECEIVED,
  checksum: CHECKSUM,
  "content-type": "application/octet-stream",
  pass: 0,
  acl: 0,
  cdn: 0,
};
const account = {
  ...ok,
  email: "me@example.org",
  offer: "1",
  "2fa": "0",
  mail_rm: "0",
  ftp_mode: "0",
  ftp_did: 0,
  ftp_report: "0",
  ru_report: "0",
  default_domain: 0,
  page_limit: 100,
  default_port: "0",
  default_port_files: "0",
  cdn: "0",
  use_cdn: "0",
  download_menu: "0",
  subscription_end: "2099-12-31 23:59:59",
  default_quota: 0,
  default_cold_storage_quota: 0,
  hot_storage: 0,
  cold_storage: 12_345,
  stats_date: "2026-01-31 00:00:00",
  allowed_cold_storage: 1_000_000_000_000,
  available_storage: 0,
  available_cold_storage: 1_000_000_000_000,
  overquota: 0,
  upload_forbidden: "0",
};

export const examples: Readonly<Record<EndpointName, Example>> = {
  downloadGetToken: {
    request: { url: LINK, single: 1 },
    response: { url: "https://a-1.1fichier.com/p1234567890", status: "OK", message: "" },
  },
  uploadGetUploadServer: { request: {}, response: { url: "up1.1fichier.com", id: "a1B2c3D4e5" } },
  fileLs: { request: { folder_id: 0 }, response: { ...ok, count: 1, items: [listed] } },
  fileInfo: {
    request: { url: LINK },
    response: {
      url: LINK,
      filename: "a.bin",
      size: 12_345,
      date: RECEIVED,
      folder_id: 0,
      path: "",
      checksum: CHECKSUM,
      "content-type": "application/octet-stream",
      content_type: "application/octet-stream",
      description: "",
      ...attributes,
    },
  },
  fileScan: { request: { url: LINK }, response: { ...ok, date: RECEIVED } },
  fileRm: { request: { files: [{ url: LINK }] }, response: { ...ok, removed: 1, urls: [LINK] } },
  fileMv: {
    request: { urls: [LINK], destination_folder_id: 7, rename: "b.bin" },
    response: { ...ok, moved: 1, urls: [LINK], filename: "b.bin" },
  },
  fileRename: {
    request: { urls: [{ url: LINK, filename: "c.bin" }], pretty: 0 },
    response: { ...ok, renamed: 1, urls: [{ url: LINK, old_filename: "b.bin", new_filename: "c.bin" }] },
  },
  fileCp: {
    request: { urls: [LINK], folder_id: 0, rename: "c.bin" },
    response: { ...ok, copied: 1, urls: [{ from_url: LINK, to_url: COPY }], filename: "c.bin" },
  },
  fileChattr: {
    request: { urls: [LINK], description: "Minutes of January", acl: { ip: ["192.0.2.0/24"] } },
    response: { ...ok, updated: 1, urls: [LINK] },
  },
  folderLs: {
    request: { folder_id: 0 },
    response: {
      ...ok,
      folder_id: 0,
      name: "root",
      files: 1,
      size: 12_345,
      sub_folders: [{ id: 7, folder_id: 7, name: "docs", create_date: "2026-01-30 09:00:00", pass: 0 }],
    },
  },
  folderMkdir: {
    request: { name: "x", folder_id: 7 },
    response: { ...ok, folder_id: 8, name: "x", message: "Folder created successfully" },
  },
  folderShare: {
    request: { folder_id: 8, share: 1 },
    response: { ...ok, url: "https://1fichier.com/dir/Ab3dEf9h", message: "" },
  },
  folderMv: {
    request: { folder_id: 8, destination_user: "", rename: "y" },
    response: { ...done, old_name: "x", new_name: "y" },
  },
  folderRm: { request: { folder_id: 8 }, response: done },
  userInfo: { request: {}, response: account },
  remoteLs: {
    request: {},
    response: { ...ok, data: [{ id: 12, request_date: RECEIVED, execution_date: "" }] },
  },
  remoteInfo: {
    request: { id: 12 },
    response: {
      id: 12,
      request_date: RECEIVED,
      execution_date: "2026-01-31 10:21:00",
      links: ["https://example.org/a.bin"],
      result: [{ status: "OK", url: "https://example.org/a.bin", download_link: LINK }],
    },
  },
  remoteRequest: {
    request: { urls: ["https://example.org/a.bin"], folder_id: 7, headers: { Accept: "*/*" } },
    response: { ...ok, id: 12, date: RECEIVED, urls: ["https://example.org/a.bin"], headers: { Accept: "*/*" } },
  },
  ftpProcess: { request: {}, response: done },
  ftpUsersLs: { request: {}, response: { ...done, data: [{ user: "scanner", folder_id: 7 }] } },
  ftpUsersAdd: { request: { user: "scanner", pass: "a long password", folder_id: 7 }, response: done },
  ftpUsersRm: { request: { user: "scanner" }, response: done },
  vouchersLs: { request: {}, response: { ...ok, count: 1, data: [{ voucher: VOUCHER, service: "30 days" }] } },
  vouchersCheck: { request: { voucher: VOUCHER }, response: { ...ok, service: "30 days" } },
  vouchersUse: { request: { voucher: VOUCHER, user_email: "me@example.org" }, response: done },
};
