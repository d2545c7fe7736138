import { defineEndpoint, storageErrors } from "../endpoint.ts";
import { Type } from "../schema-builders.ts";
import * as wire from "../wire-types.ts";
import * as sample from "./example-values.ts";

const MOST_REPLACED = 500;
const MOST_VERSIONS = 100;
const MOST_DAYS = 3650;
const LONGEST_ID = 100;
const OURS = "Not part of the 1fichier.com API: `/x/v1/about` lists the extension `versions`.";

const fileId = (description: string) => Type.String({ minLength: 1, maxLength: LONGEST_ID, description });
const versionId = () =>
  Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: "Id of the version." });
const days = (description: string) => Type.Integer({ minimum: 0, maximum: MOST_DAYS, description });

const sampleId = "abcdefghij0123456789";
const sampleVersion = {
  id: 12,
  size: 12_345,
  checksum: "0f".repeat(64),
  date: "2026-01-30T12:00:00Z",
  replaced_at: "2026-01-31T09:20:30Z",
  expires_at: "2026-03-02T09:20:30Z",
};

const versionList = defineEndpoint({
  operation: "version.list",
  path: "/x/v1/version/list",
  scope: { area: "files", right: "read" },
  summary: "List older versions of a file",
  description:
    `For its owner, latest first; at most ${MOST_VERSIONS} are kept. Versions count towards the quota; the oldest ` +
    "of the versions and the trash are deleted permanently when an upload needs the space. They go to the trash " +
    "with their file, and back. " +
    OURS,
  request: Type.Object({ file_id: fileId("One of your files, or its link."), pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    days: days("Days the account keeps what is replaced now; 0: not at all."),
    versions: Type.Array(
      Type.Object({
        id: versionId(),
        size: wire.sizeBytes(),
        checksum: wire.checksum(),
        date: wire.instant("When these bytes were uploaded."),
        replaced_at: wire.instant("When they were replaced."),
        expires_at: wire.instant("When it is removed permanently."),
        replaced_by: Type.Optional(wire.text("Id of the API key that replaced it; absent if a person did.")),
        damaged: Type.Optional(wire.flag("1: its stored data is damaged.")),
        blocked: Type.Optional(wire.flag("1: the operator has blocked this content.")),
      }),
    ),
  }),
  errors: ["resourceNotFound"],
  example: { request: { file_id: sampleId }, response: { ...sample.ok, days: 30, versions: [sampleVersion] } },
});

const versionReplace = defineEndpoint({
  operation: "version.replace",
  path: "/x/v1/version/replace",
  scope: { area: "files", right: "write" },
  summary: "Replace the bytes of files and keep their links",
  description:
    "Each file gets the bytes of another one, which was uploaded for that purpose and is removed afterwards, with " +
    "its link. Link, password, access list, folder, name and description stay; the old bytes become the latest " +
    "version. Downloads that have started continue with the old bytes for as long as these are kept. Each " +
    "replacement succeeds or fails by itself; `results` has one for each, in the same order. " +
    OURS,
  request: Type.Object({
    files: Type.Array(
      Type.Object({
        file_id: fileId("The file that keeps its link."),
        replacement_id: fileId("The file with the new bytes. It must have no older versions of its own."),
      }),
      { minItems: 1, maxItems: MOST_REPLACED, description: "Files, each named once." },
    ),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    results: Type.Array(
      Type.Object({
        outcome: Type.Enum(["done", "unchanged", "failed"], {
          description: "`unchanged`: both had the same bytes, and the newer file was removed. `failed`: see `error`.",
        }),
        size: Type.Optional(wire.sizeBytes("Size of the file now.")),
        checksum: Type.Optional(wire.checksum()),
        error: Type.Optional(wire.refusal()),
      }),
    ),
  }),
  errors: [...storageErrors],
  limits: [`At most ${MOST_REPLACED} files a call.`],
  example: {
    request: { files: [{ file_id: sampleId, replacement_id: "zyxwvutsrq9876543210" }] },
    response: { ...sample.ok, results: [{ outcome: "done", size: 12_345, checksum: "0f".repeat(64) }] },
  },
});

const versionRestore = defineEndpoint({
  operation: "version.restore",
  path: "/x/v1/version/restore",
  scope: { area: "files", right: "write" },
  summary: "Restore an older version of a file",
  description: `The current bytes become the latest version, so nothing is lost. The link stays. ${OURS}`,
  request: Type.Object({ file_id: fileId("One of your files, or its link."), id: versionId(), pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    size: wire.sizeBytes("Size of the file now."),
    checksum: wire.checksum(),
  }),
  errors: ["resourceNotFound", ...storageErrors],
  example: {
    request: { file_id: sampleId, id: 12 },
    response: { ...sample.ok, size: 12_345, checksum: "0f".repeat(64) },
  },
});

const versionRemove = defineEndpoint({
  operation: "version.remove",
  path: "/x/v1/version/remove",
  scope: { area: "files", right: "write" },
  summary: "Remove older versions of a file for good",
  description:
    "By their ids, or with `all` every one. This cannot be undone. Versions that are already gone are ignored; the " +
    `file itself stays as it is. ${OURS}`,
  request: Type.Object({
    file_id: fileId("One of your files, or its link."),
    ids: Type.Optional(
      Type.Array(versionId(), { minItems: 1, maxItems: MOST_VERSIONS, description: "Versions of the file." }),
    ),
    all: Type.Optional(wire.flag("1: all of them, in place of `ids`.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), removed: wire.count("Versions removed.") }),
  errors: ["resourceNotFound"],
  example: { request: { file_id: sampleId, ids: [12] }, response: { ...sample.ok, removed: 1 } },
});

const versionGetToken = defineEndpoint({
  operation: "version.get_token",
  path: "/x/v1/version/get_token",
  scope: { area: "downloads", right: "read" },
  summary: "Get a download link for an older version",
  description: `For the owner of the file; the link works like that of \`download/get_token.cgi\`. ${OURS}`,
  request: Type.Object({ file_id: fileId("One of your files, or its link."), id: versionId(), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok(), url: wire.text("Direct link, valid for 5 minutes.") }),
  errors: ["resourceNotFound"],
  example: {
    request: { file_id: sampleId, id: 12 },
    response: { ...sample.ok, url: "https://a-1.1fichier.com/p1234567890" },
  },
});

const versionRetention = defineEndpoint({
  operation: "version.retention",
  path: "/x/v1/version/retention",
  scope: { area: "account", right: "write" },
  summary: "Set how long older versions are kept",
  description:
    "Applies to what is replaced from now on; existing versions keep their date. Without `days` the account uses " +
    `the setting of the server again. ${OURS}`,
  request: Type.Object({
    days: Type.Optional(days("Days; 0: replaced bytes are deleted at once and cannot be restored.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), days: days("The days now in force.") }),
  errors: [...storageErrors],
  example: { request: { days: 7 }, response: { ...sample.ok, days: 7 } },
});

export const versionEndpoints = {
  versionList,
  versionReplace,
  versionRestore,
  versionRemove,
  versionGetToken,
  versionRetention,
};
