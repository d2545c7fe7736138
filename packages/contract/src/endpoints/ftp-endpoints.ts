import { Type } from "../schema-builders.ts";
import { defineEndpoint } from "../endpoint.ts";
import * as sample from "./example-values.ts";
import * as wire from "../wire-types.ts";

const ftp = (right: "read" | "write") => ({ area: "ftp", right }) as const;
const planned = { errors: ["endpointNotAvailable"], availability: "planned" } as const;
const user = () => Type.String({ minLength: 1, maxLength: 64, description: "Name of the FTP user." });
const done = () => Type.Object({ status: wire.ok(), message: wire.message() });

const ftpProcess = defineEndpoint({
  ...planned,
  operation: "ftp.process",
  scope: ftp("write"),
  summary: "Process files uploaded by FTP",
  description: "For accounts where this does not happen automatically.",
  request: Type.Object({ pretty: wire.pretty }),
  response: done(),
  example: { request: {}, response: sample.done },
});

const ftpUsersLs = defineEndpoint({
  ...planned,
  operation: "ftp.users.ls",
  scope: ftp("read"),
  summary: "List FTP users",
  description: "Users that may upload files to this account by FTP.",
  request: Type.Object({ pretty: wire.pretty }),
  response: Type.Object({
    status: wire.ok(),
    message: wire.message(),
    data: Type.Array(Type.Object({ user: wire.text("Name."), folder_id: wire.folderId("Folder for its files.") })),
  }),
  example: { request: {}, response: { ...sample.done, data: [{ user: "scanner", folder_id: 7 }] } },
});

const ftpUsersAdd = defineEndpoint({
  ...planned,
  operation: "ftp.users.add",
  scope: ftp("write"),
  summary: "Add an FTP user",
  description: "With its own name and password, so that neither the key nor the password of the account is given away.",
  request: Type.Object({
    user: user(),
    pass: wire.linkPassword("Password of the FTP user."),
    folder_id: Type.Optional(wire.folderId("Folder for its files; 0 or absent is the root.")),
    pretty: wire.pretty,
  }),
  response: done(),
  errors: ["endpointNotAvailable", "folderNotFound", "ftpUserExists"],
  example: { request: { user: "scanner", pass: "a long password", folder_id: 7 }, response: sample.done },
});

const ftpUsersRm = defineEndpoint({
  ...planned,
  operation: "ftp.users.rm",
  scope: ftp("write"),
  summary: "Remove an FTP user",
  description: "Files that it uploaded stay.",
  request: Type.Object({ user: user(), pretty: wire.pretty }),
  response: done(),
  errors: ["endpointNotAvailable", "resourceNotFound"],
  example: { request: { user: "scanner" }, response: sample.done },
});

export const ftpEndpoints = { ftpProcess, ftpUsersLs, ftpUsersAdd, ftpUsersRm };
