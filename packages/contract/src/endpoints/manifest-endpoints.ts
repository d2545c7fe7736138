import { defineEndpoint } from "../endpoint.ts";
import { Type } from "../schema-builders.ts";
import * as wire from "../wire-types.ts";
import * as sample from "./example-values.ts";

const MOST_PAGES = 1_000_000;

const manifestGet = defineEndpoint({
  operation: "manifest.get",
  path: "/x/v1/manifest/get",
  scope: { area: "downloads", right: "read" },
  summary: "Get the digests of the parts of a file",
  description:
    "The SHA-256 of every 4 MiB of a file (its leaves), for anyone who may download it: so that a client can fetch " +
    "ranges over several connections, verify each of them, and fetch again only what is wrong. They do not depend " +
    "on how the file was uploaded. The server has them for files that were uploaded in parts; for others from 8 MiB " +
    "on once it has read their bytes again, which it does over time. Not part of the 1fichier.com API: " +
    "`/x/v1/about` lists the extension `manifests`.",
  request: Type.Object(
    {
      url: Type.Optional(wire.linkUrl("Link of a file.")),
      pass: Type.Optional(wire.linkPassword("Password of the link.")),
      folder_id: Type.Optional(wire.folderId("With `filename`, instead of `url`: a folder shared without links.")),
      filename: Type.Optional(wire.name("With `folder_id`: the exact name, case-sensitive.")),
      sharing_user: Type.Optional(wire.sharingUser()),
      version: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: Number.MAX_SAFE_INTEGER,
          description: "Id of an older version, for the owner of the file.",
        }),
      ),
      page: Type.Optional(
        Type.Integer({ minimum: 0, maximum: MOST_PAGES, description: "`next` of the previous answer; default 0." }),
      ),
      pretty: wire.pretty,
    },
    { anyOf: [{ required: ["url"] }, { required: ["folder_id", "filename"] }] },
  ),
  response: Type.Object({
    status: wire.ok(),
    size: wire.sizeBytes("Size of the whole file."),
    checksum: wire.checksum(),
    leaf_size: wire.sizeBytes("Size of every leaf but the last."),
    leaves: Type.Optional(
      wire.text("Base64 of the digests, 32 bytes each, for up to 4,096 leaves; absent if the server has none."),
    ),
    next: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_PAGES,
        description: "`page` of the next leaves; absent on the last one.",
      }),
    ),
  }),
  errors: [
    "resourceNotFound",
    "resourceNotAllowed",
    "passwordNotProvided",
    "invalidPassword",
    "fileArriving",
    "fileBlocked",
    "fileDamaged",
  ],
  example: {
    request: { url: sample.LINK },
    response: {
      ...sample.ok,
      size: 5_000_000,
      checksum: "0f".repeat(64),
      leaf_size: 4_194_304,
      leaves: "Dw8P".repeat(21) + "Dw==",
    },
  },
});

export const manifestEndpoints = { manifestGet };
