import { Type } from "../schema-builders.ts";
import { defineEndpoint, storageErrors } from "../endpoint.ts";
import * as sample from "./example-values.ts";
import * as wire from "../wire-types.ts";

/** rclone decodes these as strings, so numbers are sent as `"0"`; any other type breaks its `about`. */
const numberText = (description: string) => Type.String({ pattern: "^[0-9]+([.][0-9]+)?$", description });
const bytes = (description: string) => Type.Integer({ description });

const userInfo = defineEndpoint({
  operation: "user.info",
  isForCustomers: false,
  scope: { area: "account", right: "read" },
  summary: "Read the account, or change its settings",
  description:
    "Without any setting in the body it only reads; with settings it changes them, which needs write access to the " +
    "account. `subscription_end` is in the future for every customer, because JDownloader rejects the account " +
    "otherwise. `default_domain` (used when links are printed as on 1fichier.com) and `download_menu` take effect. " +
    "The other settings are stored and returned but change nothing on this server: it has no FTP, no CDN and no " +
    "e-mail reports, listens on the ports that the operator has set, and its console shows lists of any length. " +
    "`available_cold_storage` is the whole quota and `cold_storage` the space in use: rclone shows the difference " +
    "as free.",
  request: Type.Object({
    ftp_mode: Type.Optional(wire.flag("0: files uploaded by FTP are added automatically; 1: only on request.")),
    ftp_did: Type.Optional(wire.folderId("Folder for files uploaded by FTP.")),
    ftp_report: Type.Optional(wire.flag("1: e-mail a report of files uploaded by FTP.")),
    ru_report: Type.Optional(wire.flag("1: e-mail a report of remote uploads.")),
    default_domain: Type.Optional(Type.Integer({ minimum: 0, maximum: 10, description: "Number of a link domain." })),
    page_limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000, description: "Entries on a console page." })),
    default_port: Type.Optional(wire.flag("0: TLS; 1: plain.")),
    default_port_files: Type.Optional(wire.flag("The same for files.")),
    use_cdn: Type.Optional(wire.flag("1: use CDN credits.")),
    download_menu: Type.Optional(wire.flag("1: show the download page to customers too.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    email: wire.text("E-mail address of the account."),
    offer: numberText('"0" none, "1" premium, "2" access, "3" gold.'),
    "2fa": numberText('Second factor: "0" none, "1" e-mail, "2" app.'),
    mail_rm: numberText("E-mail before files are removed."),
    ftp_mode: numberText("As in the request."),
    ftp_did: wire.folderId("As in the request."),
    ftp_report: numberText("As in the request."),
    ru_report: numberText("As in the request."),
    default_domain: Type.Integer({ description: "As in the request." }),
    page_limit: Type.Integer({ description: "As in the request." }),
    default_port: numberText("As in the request."),
    default_port_files: numberText("As in the request."),
    cdn: numberText("CDN credits in GB."),
    use_cdn: numberText("As in the request."),
    download_menu: numberText("As in the request."),
    subscription_end: wire.wireTime("When the plan ends."),
    default_quota: bytes("Quota of hot storage in bytes; 0 is none."),
    default_cold_storage_quota: bytes("Quota of cold storage in bytes."),
    hot_storage: bytes("Bytes used in hot storage."),
    cold_storage: bytes("Bytes used."),
    stats_date: wire.wireTime("When these figures were computed."),
    allowed_cold_storage: bytes("Quota in bytes."),
    available_storage: bytes("Quota of hot storage in bytes."),
    available_cold_storage: bytes("Quota in bytes."),
    overquota: bytes("Bytes above the quota."),
    upload_forbidden: numberText('"1": uploads are refused.'),
    extended_quota: Type.Optional(bytes("Additional quota in TB.")),
    extended_quota_end: Type.Optional(wire.wireTime("When it ends.")),
  }),
  errors: ["floodIpUserInfo", "folderNotFound", ...storageErrors],
  limits: ["Once per minute and address, and once in 5 minutes per account, under the `authentic` limits."],
  example: { request: {}, response: sample.account },
});

const downloadGetToken = defineEndpoint({
  operation: "download.get_token",
  scope: { area: "downloads", right: "read" },
  summary: "Get a direct link to a file",
  description:
    "The link must be used within 5 minutes, keeps working for 30 minutes, supports ranges and needs no key. A HEAD " +
    "request does not use it up.",
  request: Type.Object(
    {
      url: Type.Optional(wire.linkUrl("Link of a file; a trailing `&inline=1` is honoured.")),
      inline: Type.Optional(wire.flag("1: shown by the browser instead of saved.")),
      cdn: Type.Optional(wire.flag("1: use CDN credits.")),
      restrict_ip: Type.Optional(
        wire.choice(
          [0, 1, 2],
          "0: no restriction; 1: the client's address must stay the same; 2: and no further request.",
        ),
      ),
      single: Type.Optional(wire.flag("1: one stream at a time.")),
      pass: Type.Optional(wire.linkPassword("Password of the link.")),
      no_ssl: Type.Optional(wire.flag("1: a link without TLS.")),
      folder_id: Type.Optional(wire.folderId("With `filename`, instead of `url`: a folder shared without links.")),
      filename: Type.Optional(wire.name("With `folder_id`: the exact name, case-sensitive.")),
      sharing_user: Type.Optional(wire.sharingUser()),
      pretty: wire.pretty,
    },
    { anyOf: [{ required: ["url"] }, { required: ["folder_id", "filename"] }] },
  ),
  response: Type.Object({ url: wire.text("The direct link."), status: wire.ok(), message: wire.message() }),
  errors: [
    "mustBeCustomerForToken",
    "resourceNotFound",
    "resourceNotAllowed",
    "passwordNotProvided",
    "invalidPassword",
    "fileArriving",
    "fileBlocked",
    "fileDamaged",
  ],
  example: {
    request: { url: sample.LINK, single: 1 },
    response: { url: "https://a-1.1fichier.com/p1234567890", status: "OK", message: "" },
  },
});

const uploadGetUploadServer = defineEndpoint({
  operation: "upload.get_upload_server",
  methods: ["GET", "HEAD", "POST"],
  identification: "none",
  summary: "Get a host and an id for an upload",
  description:
    "Body and content type are optional. The host has no scheme and no path. The id has 10 letters and digits " +
    "(rclone rejects longer ones) and identifies both the upload and its report.",
  request: Type.Object({ pretty: wire.pretty }),
  response: Type.Object({
    url: wire.text("Host to send the upload to."),
    id: Type.String({ pattern: "^[A-Za-z0-9]{10}$", description: "Id of the upload." }),
  }),
  errors: [],
  example: { request: {}, response: { url: "up1.1fichier.com", id: "a1B2c3D4e5" } },
});

export const accountEndpoints = { downloadGetToken, uploadGetUploadServer, userInfo };
