import type { Static } from "typebox";
import { defineEndpoint, storageErrors } from "../endpoint.ts";
import { Type } from "../schema-builders.ts";
import * as wire from "../wire-types.ts";
import * as sample from "./example-values.ts";

const OURS = "Not part of the 1fichier.com API: `/x/v1/about` names the extension `uploads`.";
const MOST_PARTS = 10_000;
const PARTS_A_PAGE = 500;
const UPLOADS_A_PAGE = 100;
const SHA256 =
  "SHA-256 of its bytes, 64 lower-case hexadecimal digits; empty where no sender named it: by tus, and by `Leaves-Digest` alone.";

const scope = { area: "uploads", right: "write" } as const;
const readScope = { area: "uploads", right: "read" } as const;
const id = () => Type.String({ minLength: 1, maxLength: 64, description: "Id of the upload." });
const partNumber = (description: string) => Type.Integer({ minimum: 0, maximum: MOST_PARTS, description });

const upload = () =>
  Type.Object({
    id: id(),
    folder_id: wire.folderId("Folder the file goes to; 0 is the root."),
    filename: wire.text("Name."),
    url: Type.Optional(
      wire.text(
        "Link of the file, where it was asked for: until the file is complete, whoever may have it is told how far it is, with 503.",
      ),
    ),
    size: wire.sizeBytes("Of the whole file."),
    domain: Type.Integer({ description: "Number of the domain of its link." }),
    pass: wire.flag("1: its link will ask for a password."),
    tus: wire.flag("1: it comes by tus, as one stream, and takes no parts."),
    part_size: wire.sizeBytes("Of every part but the last."),
    parts: wire.count("How many parts it has."),
    received_parts: wire.count("How many of them are here."),
    received_size: wire.sizeBytes("Their bytes."),
    created_at: wire.instant("When it was begun."),
    expires_at: wire.instant("When it is removed, if no part comes before."),
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
  summary: "Begin an upload by parts",
  description:
    "Then send the parts to `/x/v1/uploads/{id}/{part}`, in any order and several at a time, and call `uploads/complete`. What " +
    "was answered stays when the connection breaks or the client ends: `uploads/parts` tells it. Name, folder, quota and free " +
    "space are looked at here and once more at the end, and its size counts towards the quota from now on. A part has a " +
    "multiple of 4 MiB, at least 8 MiB and at most 1 GiB; the last one has what is left. It is removed 7 days after its last " +
    "part, or a day after its creation where none came. An empty file cannot be sent so. With " +
    `\`link: 1\` the file has its link at once, which leads nowhere once the upload is dropped or has ended. ${OURS}`,
  request: Type.Object({
    folder_id: Type.Optional(wire.folderId("Id of a folder of one's own; 0 or absent is the root.")),
    path: Type.Optional(
      Type.String({
        maxLength: 65_536,
        description: "Path of the folder below the root of the caller, in place of its id.",
      }),
    ),
    filename: wire.name("Name of the file."),
    size: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: "Bytes of the whole file." }),
    part_size: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: `Bytes of every part but the last. Left out: 8 MiB, or more where that would be more than ${MOST_PARTS} parts.`,
      }),
    ),
    content_type: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: "Media type; by the ending of the name when left out.",
      }),
    ),
    domain: Type.Optional(Type.Integer({ minimum: 0, maximum: 10, description: "Number of a link domain." })),
    pass: Type.Optional(wire.linkPassword("Password for the link; empty is none.")),
    link: Type.Optional(
      wire.flag(
        "1: `url` of the answer is the link of the file, valid from now on. For a file that is going to take the place of another " +
          "with `version/replace` leave it out: else that other file keeps this link as a further one.",
      ),
    ),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), upload: upload() }),
  errors: ["folderNotFound", "badName", "fileTooLarge", "quota", "tooManyUploads", ...storageErrors],
  limits: ["At most 500 uploads of an account that are not complete."],
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
  summary: "List the uploads by parts that are not complete",
  description: `Newest first; a key with a folder sees those that go below it. ${OURS}`,
  request: Type.Object({
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: "`next` of the answer before." })),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    uploads: Type.Array(upload(), { description: `At most ${UPLOADS_A_PAGE}.` }),
    next: Type.Optional(wire.text("Cursor of the next page; absent at the end.")),
  }),
  example: { request: {}, response: { ...sample.ok, uploads: [sampleUpload] } },
});

const sentPart = () =>
  Type.Object({
    part: partNumber("Number of the part, from 1."),
    sha256: wire.text(SHA256),
    leaves_sha256: Type.Optional(
      wire.text(
        "As `Leaves-Digest` of the part, as hexadecimal digits. Absent of parts that came to an early version.",
      ),
    ),
  });

const uploadsParts = defineEndpoint({
  operation: "uploads.parts",
  path: "/x/v1/uploads/parts",
  isForCustomers: false,
  scope: readScope,
  summary: "List the parts of an upload that are here",
  description: `In the order of their numbers. What is not listed has to be sent. ${OURS}`,
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
    next: Type.Optional(partNumber("`after` of the next page; absent at the end.")),
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
  summary: "Make the file of an upload by parts",
  description:
    "All parts have to be here. Nothing of the file is visible before; afterwards it is durable and listed. Its Whirlpool is " +
    "computed behind the answer: until then lists have an empty `checksum`, and `file/info` waits for it, 10 seconds at most. A " +
    `call that is repeated within a day answers the same, also after its answer was lost. ${OURS}`,
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
  summary: "Drop an upload by parts",
  description: `With all parts that came. One that is complete is not found: its file stays. ${OURS}`,
  request: Type.Object({ id: id(), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok() }),
  errors: ["uploadNotFound"],
  example: { request: { id: sampleUpload.id }, response: { ...sample.ok } },
});

export const uploadEndpoints = { uploadsCreate, uploadsList, uploadsParts, uploadsComplete, uploadsAbort };

/** What answers a part. */
export const uploadPartJson = Type.Object({
  status: wire.ok(),
  part: partNumber("Its number."),
  size: wire.sizeBytes("Its bytes."),
});
export type UploadPartJson = Static<typeof uploadPartJson>;
