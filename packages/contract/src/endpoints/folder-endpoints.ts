import type { Static } from "typebox";
import { Type } from "../schema-builders.ts";
import { defineEndpoint, storageErrors } from "../endpoint.ts";
import * as sample from "./example-values.ts";
import * as wire from "../wire-types.ts";
import { fileLs } from "./file-endpoints.ts";

const files = (right: "read" | "write") => ({ area: "files", right }) as const;

const subFolder = Type.Object({
  id: wire.folderId("Id of the sub-folder."),
  folder_id: wire.folderId("The same id, for clients that read this key."),
  name: wire.text("Name."),
  create_date: wire.wireTime("When it was created; rclone drops the whole listing if one date does not parse."),
  pass: wire.flag("1: its public page asks for a password."),
  email: Type.Optional(wire.text("E-mail address of the owner, if shared with the caller.")),
});

const folderLs = defineEndpoint({
  operation: "folder.ls",
  scope: files("read"),
  summary: "List the sub-folders of a folder",
  description:
    "`create_date`, `shared` and `pass` are absent for the root. `items` is sent only on request. An unknown folder " +
    "is a 404. Folders of others are in no root: `sharing_user` with folder id 0 lists those that this user shares " +
    "with the caller; a user who shares nothing is answered like one that does not exist.",
  request: Type.Object({
    folder_id: Type.Optional(wire.folderId()),
    sharing_user: Type.Optional(wire.sharingUser()),
    files: Type.Optional(wire.flag("1: include the files, in `items`.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    folder_id: wire.folderId("Id of the folder."),
    name: wire.text("Name."),
    create_date: Type.Optional(wire.wireTime("When it was created.")),
    shared: Type.Optional(wire.text("URL of its public page.")),
    pass: Type.Optional(wire.flag("1: its public page asks for a password.")),
    shares: Type.Optional(Type.Array(wire.folderShare(), { description: "Accounts it is shared with." })),
    user: Type.Optional(wire.text("E-mail address of the owner.")),
    rw: Type.Optional(wire.flag("1: the caller may change its contents.")),
    hide_links: Type.Optional(wire.flag("1: the caller sees no links.")),
    files: wire.count("Number of files in it."),
    size: wire.sizeBytes("Bytes of the files in it."),
    sub_folders: Type.Array(subFolder),
    items: Type.Optional(Type.Array(fileLs.response.properties.items.items)),
  }),
  errors: ["folderNotFound", "resourceNotAllowed"],
  example: {
    request: { folder_id: 0 },
    response: {
      ...sample.ok,
      folder_id: 0,
      name: "root",
      files: 1,
      size: 12_345,
      sub_folders: [{ id: 7, folder_id: 7, name: "docs", create_date: "2026-01-30 09:00:00", pass: 0 }],
    },
  },
});

const folderMkdir = defineEndpoint({
  operation: "folder.mkdir",
  scope: files("write"),
  summary: "Create a folder",
  description:
    "A failure is never a 200: rclone would read folder id 0 and put files into the root. Folders can be nested 100 " +
    "levels deep.",
  request: Type.Object({
    name: wire.name(
      `Name, at most ${wire.LONGEST_NAME} bytes of UTF-8; control characters are stored as their Unicode pictures.`,
    ),
    folder_id: Type.Optional(wire.folderId("The parent folder; 0 or absent is the root.")),
    sharing_user: Type.Optional(wire.sharingUser()),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    folder_id: wire.folderId("Id of the new folder."),
    name: wire.text("Name."),
    message: wire.message(),
  }),
  errors: [
    "folderExists",
    "folderNotFound",
    "folderTooDeep",
    "resourceNotAllowed",
    "badName",
    "quota",
    ...storageErrors,
  ],
  example: {
    request: { name: "x", folder_id: 7 },
    response: { ...sample.ok, folder_id: 8, name: "x", message: "Folder created successfully" },
  },
});

const folderShare = defineEndpoint({
  operation: "folder.share",
  scope: { area: "shares", right: "write" },
  summary: "Share a folder, publicly or with accounts",
  description:
    "`shares` replaces the list of accounts that the folder is shared with: an empty list ends all sharing, and " +
    "leaving it out changes nothing. An address without an account is kept like any other, and the answer is the " +
    "same: whoever has an account with it later gets the folder too. What others upload to it counts towards the " +
    "quota of the owner, and goes to the owner's trash.",
  request: Type.Object({
    folder_id: wire.folderId("Id of the folder."),
    share: Type.Optional(wire.flag("1: a public page; 0: none.")),
    pass: Type.Optional(wire.linkPassword("Password of the public page, at least 6 characters; empty removes it.")),
    shares: Type.Optional(Type.Array(wire.folderShare(), { maxItems: 500, description: "Accounts to share it with." })),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    url: Type.Optional(wire.text("URL of the public page, if there is one.")),
    message: wire.message(),
  }),
  errors: ["folderNotFound", "resourceNotAllowed", "rootFolderProtected", ...storageErrors],
  example: {
    request: { folder_id: 8, share: 1 },
    response: { ...sample.ok, url: "https://1fichier.com/dir/Ab3dEf9h", message: "" },
  },
});

const folderMv = defineEndpoint({
  operation: "folder.mv",
  scope: files("write"),
  summary: "Move or rename a folder, or both",
  description:
    "`destination_folder_id` and `rename` are both applied. A body with neither `destination_folder_id` nor " +
    "`destination_user` renames in place; with `destination_user` alone, even empty, the destination is the root: " +
    "rclone leaves out a destination id of 0.",
  request: Type.Object({
    folder_id: wire.folderId("Id of the folder."),
    destination_folder_id: Type.Optional(wire.folderId("The new parent folder; 0 is the root.")),
    destination_user: Type.Optional(wire.sharingUser()),
    rename: Type.Optional(wire.name("New name.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    message: wire.message(),
    old_name: wire.text("Name before."),
    new_name: wire.text("Name now."),
  }),
  errors: [
    "folderNotFound",
    "resourceNotAllowed",
    "folderExists",
    "folderCycle",
    "folderTooDeep",
    "rootFolderProtected",
    "badName",
    ...storageErrors,
  ],
  example: {
    request: { folder_id: 8, destination_user: "", rename: "y" },
    response: { ...sample.done, old_name: "x", new_name: "y" },
  },
});

/** The destination of `folder.mv`; undefined if the folder stays where it is. */
export function folderMoveDestination(request: Static<typeof folderMv.request>): number | undefined {
  return request.destination_folder_id ?? (request.destination_user === undefined ? undefined : 0);
}

const folderRm = defineEndpoint({
  operation: "folder.rm",
  scope: files("write"),
  summary: "Remove an empty folder",
  description: "A folder that is not empty is refused, and so is the root.",
  request: Type.Object({ folder_id: wire.folderId("Id of the folder."), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok(), message: wire.message() }),
  errors: ["folderNotEmpty", "folderNotFound", "resourceNotAllowed", "rootFolderProtected"],
  example: { request: { folder_id: 8 }, response: sample.done },
});

export const folderEndpoints = { folderLs, folderMkdir, folderShare, folderMv, folderRm };
