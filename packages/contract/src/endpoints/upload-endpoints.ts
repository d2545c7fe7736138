import type { Static } from "typebox";
import { defineEndpoint, storageErrors } from "../endpoint.ts";
import { Type } from "../schema-builders.ts";
import * as wire from "../wire-types.ts";
import * as sample from "./example-values.ts";

const OURS = "Not part of the 1fichier.com API: `/x/v1/about` lists the extension `uploads`.";
const MOST_PARTS = 10_000;
const PARTS_A_PAGE = 500;
const UPLOADS_A_PAGE = 100;
const SHA256 =
  "SHA-256 of its bytes, 64 lower-case hexadecimal digits; empty if the sender did not give it: by tus, and with `Leaves-Digest` alone.";

const scope = { area: "uploads", right: "write" } as const;
const readScope = { area: "uploads", right: "read" } as const;
const id = () => Type.String({ minLength: 1, maxLength: 64, description: "Id of the upload." });
const partNumber = (description: string) => Type.Integer({ minimum: 0, maximum: MOST_PARTS, description });

const upload = () =>
  Type.Object({
    id: id(),
    folder_id: wire.folderId("Target folder; 0 is the root."),
    filename: wire.text("Name."),
    url: Type.Optional(
      wire.text(
        "Link of the file, if it was requested: until the file is complete, whoever may download it gets a 503 with its progress.",
      ),
    ),
    size: wire.sizeBytes("Size of the whole file."),
    domain: Type.Integer({ description: "Number of the domain of its link." }),
    pass: wire.flag("1: its link will ask for a password."),
    tus: wire.flag("1: it is sent by tus, as one stream, and has no parts."),
    part_size: wire.sizeBytes("Size of every part but the last."),
    parts: wire.count("How many parts it has."),
    received_parts: wire.count("How many of them were received."),
    received_size: wire.sizeBytes("Their bytes."),
    created_at: wire.instant("When it was created."),
    expires_at: wire.instant("When it is removed, unless a part comes before."),
  });

const file = () =>
  Type.Object({
    file_id: wire.text("Id of the file."),
    url: wire.text("Link."),
    filename: wire.text("Name."),
    size: wire.sizeBytes(),
  });

const sampleUpload = {
  id: "k3v9x1m5q7w2e8r4",
  folder_id: 0,
  filename: "film.mkv",
  url: "https://1fichier.com/?abcdefghij0123456789",
  size: 20_000_000,
  domain: 0,
  pass: 0 as const,
  tus: 0 as const,
  part_size: 8_388_608,
  parts: 3,
  received_parts: 1,
  received_size: 8_388_608,
  created_at: "2026-01-30T12:00:00Z",
  expires_at: "2026-02-06T12:00:00Z",
};
const sampleFile = {
  file_id: "abcdefghij0123456789",
  url: "https://1fichier.com/?abcdefghij0123456789",
  filename: "film.mkv",
  size: 20_000_000,
};

const uploadsCreate = defineEndpoint({
  operation: "uploads.create",
  path: "/x/v1/uploads/create",
  isForCustomers: false,
  scope,
  summary: "Start an upload in parts",
  description:
    "Then send the parts to `/x/v1/uploads/{id}/{part}`, in any order and several at a time, and call " +
    "`uploads/complete`. Parts that were acknowledged stay when the connection breaks or the client ends: " +
    "`uploads/parts` lists them. Name, folder, quota and free space are checked now and again at the end, and the " +
    "size counts towards the quota from now on. The part size is a multiple of 4 MiB, from 8 MiB to 1 GiB; the last " +
    "part has the rest. The upload is removed 7 days after its last part, or a day after its creation if none came. " +
    "An empty file cannot be sent this way. With `link: 1` the file has its link at once; it stops working if the " +
    `upload is dropped or expires. ${OURS}`,
  request: Type.Object({
    folder_id: Type.Optional(wire.folderId("Id of one of your folders; 0 or absent is the root.")),
    path: Type.Optional(
      Type.String({
        maxLength: 65_536,
        description: "Path of the folder from the caller's root, in place of its id.",
      }),
    ),
    filename: wire.name("Name of the file."),
    size: Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: "Size of the whole file in bytes.",
    }),
    part_size: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: `Size of every part but the last. Default: 8 MiB, or more if that would make more than ${MOST_PARTS} parts.`,
      }),
    ),
    content_type: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: "Media type; default: by the extension of the name.",
      }),
    ),
    domain: Type.Optional(Type.Integer({ minimum: 0, maximum: 10, description: "Number of a link domain." })),
    pass: Type.Optional(wire.linkPassword("Password for the link; empty is none.")),
    link: Type.Optional(
      wire.flag(
        "1: `url` in the answer is the link of the file, valid from now on. Leave it out for a file that will " +
          "replace another one with `version/replace`: otherwise that file keeps this link as an additional one.",
      ),
    ),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), upload: upload() }),
  errors: ["folderNotFound", "badName", "fileTooLarge", "quota", "tooManyUploads", ...storageErrors],
  limits: ["At most 500 unfinished uploads per account."],
  example: {
    request: { folder_id: 0, filename: "film.mkv", size: 20_000_000, link: 1 },
    response: { ...sample.ok, upload: { ...sampleUpload, received_parts: 0, received_size: 0 } },
  },
});

const uploadsList = defineEndpoint({
  operation: "uploads.list",
  path: "/x/v1/uploads/list",
  isForCustomers: false,
  scope: readScope,
  summary: "List the unfinished uploads in parts",
  description: `Newest first; a key that is restricted to a folder sees those that go below it. ${OURS}`,
  request: Type.Object({
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: "`next` of the previous answer." })),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    uploads: Type.Array(upload(), { description: `At most ${UPLOADS_A_PAGE}.` }),
    next: Type.Optional(wire.text("`cursor` of the next page; absent on the last one.")),
  }),
  example: { request: {}, response: { ...sample.ok, uploads: [sampleUpload] } },
});

const sentPart = () =>
  Type.Object({
    part: partNumber("Number of the part, from 1."),
    sha256: wire.text(SHA256),
    leaves_sha256: Type.Optional(
      wire.text(
        "As `Leaves-Digest` of the part, in hexadecimal digits. Absent for parts that an early version received.",
      ),
    ),
  });

const uploadsParts = defineEndpoint({
  operation: "uploads.parts",
  path: "/x/v1/uploads/parts",
  isForCustomers: false,
  scope: readScope,
  summary: "List the received parts of an upload",
  description: `In the order of their numbers. Parts that are not listed have to be sent. ${OURS}`,
  request: Type.Object({
    id: id(),
    after: Type.Optional(partNumber("List the parts after this one.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    upload: upload(),
    parts: Type.Array(sentPart(), {
      description: `At most ${PARTS_A_PAGE}.`,
    }),
    next: Type.Optional(partNumber("`after` of the next page; absent on the last one.")),
  }),
  errors: ["uploadNotFound"],
  example: {
    request: { id: sampleUpload.id },
    response: {
      ...sample.ok,
      upload: sampleUpload,
      parts: [{ part: 2, sha256: "0f".repeat(32), leaves_sha256: "a5".repeat(32) }],
    },
  },
});

const uploadsComplete = defineEndpoint({
  operation: "uploads.complete",
  path: "/x/v1/uploads/complete",
  isForCustomers: false,
  scope,
  summary: "Complete an upload in parts",
  description:
    "All parts must have been received. Nothing of the file is visible before; afterwards it is durable and listed. " +
    "Its Whirlpool is computed after the answer: until then lists have an empty `checksum`, and `file/info` waits " +
    "for it, 10 seconds at most. Repeating the call within a day gives the same answer, for example if the first " +
    `one was lost. ${OURS}`,
  request: Type.Object({ id: id(), pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    file: file(),
  }),
  errors: ["uploadNotFound", "uploadInProgress", "folderNotFound", "quota", "storageUnavailable"],
  example: {
    request: { id: sampleUpload.id },
    response: { ...sample.ok, file: sampleFile },
  },
});

const uploadsAbort = defineEndpoint({
  operation: "uploads.abort",
  path: "/x/v1/uploads/abort",
  isForCustomers: false,
  scope,
  summary: "Drop an upload in parts",
  description: `With all parts that were received. A completed upload is not found: its file stays. ${OURS}`,
  request: Type.Object({ id: id(), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok() }),
  errors: ["uploadNotFound"],
  example: { request: { id: sampleUpload.id }, response: { ...sample.ok } },
});

export const uploadEndpoints = { uploadsCreate, uploadsList, uploadsParts, uploadsComplete, uploadsAbort };

/** The answer to a part. */
export const uploadPartJson = Type.Object({
  status: wire.ok(),
  part: partNumber("Its number."),
  size: wire.sizeBytes("Its bytes."),
});
export type UploadPartJson = Static<typeof uploadPartJson>;
