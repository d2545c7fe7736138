import { defineEndpoint, storageErrors } from "../endpoint.ts";
import { Type } from "../schema-builders.ts";
import * as wire from "../wire-types.ts";
import * as sample from "./example-values.ts";

const MOST_FOLDERS = 500;
const LONGEST_CURSOR = 100;
const OURS = "Not part of the 1fichier.com API: `/x/v1/about` lists the extension `people`.";

const rights = {
  rw: wire.flag("1: may change its contents."),
  hide_links: wire.flag("1: sees names but no links."),
};
const people = () =>
  Type.Array(
    Type.Object({
      email: wire.text("E-mail address, as given."),
      ...rights,
      date: wire.instant("When it was shared."),
    }),
    { description: "Everybody it is shared with, by address." },
  );
const samplePerson = { email: "ann@example.org", rw: 1, hide_links: 0, date: "2026-01-31T09:20:30Z" } as const;
const answer = { ...sample.ok, people: [samplePerson] };
const folderId = () => wire.folderId("One of your folders.");
const email = () => wire.email("E-mail address of the person.");

const sharePeople = defineEndpoint({
  operation: "share.people",
  path: "/x/v1/share/people",
  scope: { area: "shares", right: "read" },
  summary: "List the people a folder is shared with",
  description: `Its public page and its links are not included. ${OURS}`,
  request: Type.Object({ folder_id: folderId(), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok(), people: people() }),
  errors: ["folderNotFound", "rootFolderProtected"],
  example: { request: { folder_id: 7 }, response: answer },
});

const shareGrant = defineEndpoint({
  operation: "share.grant",
  path: "/x/v1/share/grant",
  scope: { area: "shares", right: "write" },
  summary: "Share a folder with a person, or change what that person may do",
  description:
    "The folder with everything in it. An address without an account is kept like any other, and the answer is the " +
    "same. A share of an inner folder adds to what a share of a folder above it gives, and takes nothing away. Up " +
    "to 500 people per folder. " +
    OURS,
  request: Type.Object({
    folder_id: folderId(),
    email: email(),
    rw: Type.Optional(wire.flag("1: may add, change and remove files and folders; 0 or absent: may only read.")),
    hide_links: Type.Optional(wire.flag("1: sees names but no links, and downloads by folder and name; implies rw 0.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), people: people() }),
  errors: ["folderNotFound", "rootFolderProtected", ...storageErrors],
  example: { request: { folder_id: 7, email: "ann@example.org", rw: 1 }, response: answer },
});

const shareRevoke = defineEndpoint({
  operation: "share.revoke",
  path: "/x/v1/share/revoke",
  scope: { area: "shares", right: "write" },
  summary: "Stop sharing a folder with a person",
  description: `Takes effect at once, also for downloads in progress. It is not an error if the folder was not shared with the person. ${OURS}`,
  request: Type.Object({ folder_id: folderId(), email: email(), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok(), people: people() }),
  errors: ["folderNotFound", "rootFolderProtected"],
  example: { request: { folder_id: 7, email: "bob@example.org" }, response: answer },
});

const shareReceived = defineEndpoint({
  operation: "share.received",
  path: "/x/v1/share/received",
  scope: { area: "files", right: "read" },
  summary: "List the folders that others share with the caller",
  description:
    "The folders themselves; their contents are listed like your own. A key that is restricted to a folder sees " +
    "none. " +
    OURS,
  request: Type.Object({
    cursor: Type.Optional(
      Type.String({ minLength: 1, maxLength: LONGEST_CURSOR, description: "`next` of an earlier answer." }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_FOLDERS,
        description: `At most this many folders; default ${MOST_FOLDERS}.`,
      }),
    ),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    received: Type.Array(
      Type.Object({
        folder_id: wire.folderId("Id of the folder."),
        name: wire.text("Its name."),
        email: wire.text("E-mail address of its owner."),
        ...rights,
        date: wire.instant("When it was shared."),
        size: wire.sizeBytes("Bytes of the files directly in it."),
        files: wire.count("Files directly in it."),
        folders: wire.count("Folders directly in it."),
      }),
    ),
    next: Type.Optional(wire.text("`cursor` of the next page; absent on the last one.")),
  }),
  errors: [],
  example: {
    request: {},
    response: {
      ...sample.ok,
      received: [{ folder_id: 7, name: "docs", ...samplePerson, size: 12_345, files: 1, folders: 2 }],
    },
  },
});

const shareLeave = defineEndpoint({
  operation: "share.leave",
  path: "/x/v1/share/leave",
  scope: { area: "shares", right: "write" },
  summary: "Leave a folder that somebody shares with the caller",
  description: `Nothing in it changes; its owner may share it again. ${OURS}`,
  request: Type.Object({ folder_id: wire.folderId("The shared folder itself."), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok() }),
  errors: ["folderNotFound"],
  example: { request: { folder_id: 7 }, response: { ...sample.ok } },
});

export const shareEndpoints = { sharePeople, shareGrant, shareRevoke, shareReceived, shareLeave };
