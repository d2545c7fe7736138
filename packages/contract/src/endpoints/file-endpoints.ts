import { Type } from "../schema-builders.ts";
import { defineEndpoint, storageErrors } from "../endpoint.ts";
import * as sample from "./example-values.ts";
import * as wire from "../wire-types.ts";

const files = (right: "read" | "write") => ({ area: "files", right }) as const;
const content = {
  checksum: wire.checksum(),
  "content-type": wire.text("Media type."),
};

const damaged = Type.Optional(
  wire.flag("1: the stored data is damaged and cannot be downloaded; uploading the same file again repairs it."),
);

const blocked = Type.Optional(
  wire.flag(
    "1: the operator of the server has blocked this content; nobody can download it, and for others the link does not exist.",
  ),
);

const listedFile = Type.Object({
  url: wire.text("Link."),
  filename: wire.text("Name."),
  size: wire.sizeBytes(),
  date: wire.wireTime("When it was received."),
  ...content,
  pass: wire.flag("1: the link asks for a password."),
  acl: wire.flag("1: access is restricted."),
  cdn: wire.flag("1: the owner pays CDN credits for it."),
  damaged,
  blocked,
});

export const fileLs = defineEndpoint({
  operation: "file.ls",
  scope: files("read"),
  summary: "List the files of a folder",
  description:
    "Nine keys of an entry are always present, `damaged` and `blocked` only where they apply; flags and `size` are " +
    "numbers. There is no paging. An unknown folder is a 404, never an empty list: rclone would take that for an " +
    "empty directory.",
  request: Type.Object({
    folder_id: Type.Optional(
      Type.Integer({
        minimum: -1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: "Id of a folder; 0 or absent is the root, -1 every file of the account.",
      }),
    ),
    sharing_user: Type.Optional(wire.sharingUser()),
    sent_before: Type.Optional(wire.wireTimeText("Only files received before this.")),
    sent_after: Type.Optional(wire.wireTimeText("Only files received after this.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    count: wire.count("Number of items."),
    items: Type.Array(listedFile),
  }),
  errors: ["folderNotFound", "resourceNotAllowed", "floodUserListing"],
  limits: [
    "At most 5,000 items on 1fichier.com; here as many as the operator has set.",
    "Once in 30 s per folder and once an hour for folder -1 under the `authentic` limits; otherwise not limited.",
  ],
  example: { request: { folder_id: 0 }, response: { ...sample.ok, count: 1, items: [sample.listed] } },
});

const fileInfo = defineEndpoint({
  operation: "file.info",
  scope: files("read"),
  summary: "Describe one file",
  description:
    "The answer has no `status`. The media type is sent under two keys because clients read one or the other. " +
    "`folder_id`, `path` and `description` are for the owner only; `acl` is present only if access is restricted, " +
    "`damaged` only if the bytes are damaged, and `blocked`, which only the owner sees, only if the content is " +
    "blocked.",
  request: Type.Object(
    {
      url: Type.Optional(wire.linkUrl()),
      pass: Type.Optional(wire.linkPassword("Password of the link.")),
      folder_id: Type.Optional(wire.folderId("With `filename`, instead of `url`: the folder the file is in.")),
      filename: Type.Optional(wire.name("With `folder_id`: the exact name, case-sensitive.")),
      sharing_user: Type.Optional(wire.sharingUser()),
      pretty: wire.pretty,
    },
    { anyOf: [{ required: ["url"] }, { required: ["folder_id", "filename"] }] },
  ),
  response: Type.Object({
    url: wire.text("Link."),
    filename: wire.text("Name."),
    size: wire.sizeBytes(),
    date: wire.wireTime("When it was received."),
    folder_id: Type.Optional(wire.folderId("The folder it is in; 0 is the root.")),
    path: Type.Optional(wire.text("Names of the folders above, `A/B`, without the name of the file.")),
    ...content,
    content_type: wire.text("The same media type, for clients that read this key."),
    description: Type.Optional(wire.text("The owner's note.")),
    pass: wire.flag("1: the link asks for a password."),
    no_ssl: wire.flag("1: can be downloaded without TLS."),
    inline: wire.flag("1: shown by the browser instead of saved."),
    cdn: wire.flag("1: the owner pays CDN credits for it."),
    acl: Type.Optional(wire.acl("Who may download; absent when everybody may.")),
    damaged,
    blocked,
  }),
  errors: ["resourceNotFound", "resourceNotAllowed", "passwordNotProvided", "invalidPassword", "fileArriving"],
  example: {
    request: { url: sample.LINK },
    response: {
      url: sample.LINK,
      filename: "a.bin",
      size: 12_345,
      date: sample.RECEIVED,
      folder_id: 0,
      path: "",
      checksum: sample.CHECKSUM,
      "content-type": "application/octet-stream",
      content_type: "application/octet-stream",
      description: "",
      ...sample.attributes,
    },
  },
});

const fileScan = defineEndpoint({
  operation: "file.scan",
  scope: files("write"),
  summary: "Scan a file for viruses",
  description: "A file with a virus is removed. Results are kept for six hours.",
  request: Type.Object({ url: wire.linkUrl(), pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    date: Type.Optional(wire.wireTime("When the file was scanned.")),
    message: Type.Optional(wire.message()),
  }),
  errors: ["resourceNotFound", "resourceNotAllowed", "endpointNotAvailable"],
  limits: ["Files below 5 GB."],
  availability: "planned",
  example: { request: { url: sample.LINK }, response: { ...sample.ok, date: sample.RECEIVED } },
});

const fileRm = defineEndpoint({
  operation: "file.rm",
  identification: "optional",
  scope: files("write"),
  summary: "Remove files",
  description:
    "Files of the account, or files without an owner by their removal code; if only codes are given, no key is needed.",
  request: Type.Object({
    files: Type.Array(
      Type.Object({
        url: wire.linkUrl(),
        code: Type.Optional(
          Type.String({ minLength: 1, maxLength: 32, description: "Removal code from the upload report." }),
        ),
      }),
      { minItems: 1, maxItems: wire.MOST_URLS, description: "What to remove." },
    ),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    removed: wire.count("How many were removed."),
    urls: Type.Array(wire.text("Link."), { description: "The removed ones." }),
  }),
  errors: ["resourceNotFound", "resourceNotAllowed"],
  limits: [`At most ${wire.MOST_URLS} files in a call.`],
  example: { request: { files: [{ url: sample.LINK }] }, response: { ...sample.ok, removed: 1, urls: [sample.LINK] } },
});

const fileMv = defineEndpoint({
  operation: "file.mv",
  scope: files("write"),
  summary: "Move files to another folder",
  description: "The link of a file stays the same. `rename` works with a single file; its current name is accepted.",
  request: Type.Object({
    urls: wire.urls(),
    destination_folder_id: wire.folderId("Where to; 0 is the root."),
    destination_user: Type.Optional(wire.sharingUser()),
    rename: Type.Optional(wire.name("New name, for a single file.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    moved: wire.count("How many were moved."),
    urls: Type.Array(wire.text("Link."), { description: "The moved ones." }),
    filename: Type.Optional(wire.text("New name, when renamed.")),
  }),
  errors: ["resourceNotFound", "resourceNotAllowed", "folderNotFound", "badName", ...storageErrors],
  limits: [`At most ${wire.MOST_URLS} files in a call.`],
  example: {
    request: { urls: [sample.LINK], destination_folder_id: 7, rename: "b.bin" },
    response: { ...sample.ok, moved: 1, urls: [sample.LINK], filename: "b.bin" },
  },
});

const fileRename = defineEndpoint({
  operation: "file.rename",
  scope: files("write"),
  summary: "Rename files",
  description:
    "Only files of the account. If no name would change, the call fails with #312, as on 1fichier.com: rclone " +
    "before 1.68 sends such a call for a move to another folder and must not take it for done.",
  request: Type.Object({
    urls: Type.Array(Type.Object({ url: wire.linkUrl(), filename: wire.name("New name.") }), {
      minItems: 1,
      maxItems: wire.MOST_URLS,
      description: "Files and their new names.",
    }),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    renamed: wire.count("How many were renamed."),
    urls: Type.Array(
      Type.Object({
        url: wire.text("Link."),
        old_filename: wire.text("Old name."),
        new_filename: wire.text("New name."),
      }),
    ),
  }),
  errors: ["noFileRenamed", "resourceNotFound", "resourceNotAllowed", "badName", ...storageErrors],
  limits: [`At most ${wire.MOST_URLS} files in a call.`],
  example: {
    request: { urls: [{ url: sample.LINK, filename: "c.bin" }], pretty: 0 },
    response: { ...sample.ok, renamed: 1, urls: [{ url: sample.LINK, old_filename: "b.bin", new_filename: "c.bin" }] },
  },
});

const fileCp = defineEndpoint({
  operation: "file.cp",
  scope: files("write"),
  summary: "Copy files into a folder of the account",
  description: "Any file that the caller may download. A copy has its own link. `rename` works with a single file.",
  request: Type.Object(
    {
      urls: wire.urls(),
      folder_id: Type.Optional(wire.folderId("Where to; 0 or absent is the root.")),
      pass: Type.Optional(wire.linkPassword("Password of the links.")),
      sharing_user: Type.Optional(wire.sharingUser()),
      rename: Type.Optional(wire.name("Name of the copy, for a single file; may be the same.")),
      pretty: wire.pretty,
    },
    { "x-aliases": { destination_folder_id: "folder_id" } },
  ),
  response: Type.Object({
    status: wire.ok(),
    copied: wire.count("How many were copied."),
    urls: Type.Array(Type.Object({ from_url: wire.text("Link of the file."), to_url: wire.text("Link of the copy.") })),
    filename: Type.Optional(wire.text("Name of the copy, when renamed.")),
  }),
  errors: [
    "resourceNotFound",
    "resourceNotAllowed",
    "passwordNotProvided",
    "invalidPassword",
    "folderNotFound",
    "badName",
    "quota",
    "fileArriving",
    "fileBlocked",
    "fileDamaged",
    ...storageErrors,
  ],
  limits: [`At most ${wire.MOST_URLS} files in a call.`],
  example: {
    request: { urls: [sample.LINK], folder_id: 0, rename: "c.bin" },
    response: { ...sample.ok, copied: 1, urls: [{ from_url: sample.LINK, to_url: sample.COPY }], filename: "c.bin" },
  },
});

const fileChattr = defineEndpoint({
  operation: "file.chattr",
  scope: files("write"),
  summary: "Change attributes of files",
  description: "Attributes that are absent stay as they are. `filename` works with a single file.",
  request: Type.Object(
    {
      urls: wire.urls(),
      filename: Type.Optional(wire.name("New name, for a single file.")),
      description: Type.Optional(Type.String({ maxLength: 4000, description: "Note; empty removes it." })),
      pass: Type.Optional(wire.linkPassword("Password of the link, at least 6 characters; empty removes it.")),
      no_ssl: Type.Optional(wire.flag("1: can be downloaded without TLS.")),
      inline: Type.Optional(wire.flag("1: shown by the browser instead of saved.")),
      cdn: Type.Optional(wire.flag("1: pay CDN credits for it.")),
      acl: Type.Optional(
        wire.acl("Who may download; an empty object lifts the restriction. All entries together: 8 KiB."),
      ),
      pretty: wire.pretty,
    },
    { "x-aliases": { fileName: "filename" } },
  ),
  response: Type.Object({
    status: wire.ok(),
    updated: wire.count("How many were changed."),
    urls: Type.Array(wire.text("Link."), { description: "The changed ones." }),
  }),
  errors: ["resourceNotFound", "resourceNotAllowed", "badName", ...storageErrors],
  limits: [
    `At most ${wire.MOST_URLS} files in a call.`,
    "`description` and `acl`, counted for each file of a call: 4 MiB together.",
  ],
  example: {
    request: { urls: [sample.LINK], description: "Minutes of January", acl: { ip: ["192.0.2.0/24"] } },
    response: { ...sample.ok, updated: 1, urls: [sample.LINK] },
  },
});

export const fileEndpoints = { fileLs, fileInfo, fileScan, fileRm, fileMv, fileRename, fileCp, fileChattr };
