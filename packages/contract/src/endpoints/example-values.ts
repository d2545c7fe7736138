/** Values of our own that the examples of several entries share. */
export const LINK = "https://1fichier.com/?abcdefghij0123456789";
export const COPY = "https://1fichier.com/?k1l2m3n4o5p6q7r8s9t0";
export const CHECKSUM = "0123456789abcdef".repeat(8);
export const RECEIVED = "2026-01-31 10:20:30";
export const VOUCHER = "0a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d";
export const ok = { status: "OK" };
export const done = { ...ok, message: "" };
export const attributes = { pass: 0, no_ssl: 0, inline: 0, cdn: 0 };
export const listed = {
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
export const account = {
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
