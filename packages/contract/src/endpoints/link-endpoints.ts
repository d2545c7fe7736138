import { defineEndpoint, storageErrors } from "../endpoint.ts";
import { Type } from "../schema-builders.ts";
import * as wire from "../wire-types.ts";
import * as sample from "./example-values.ts";

const LONGEST_NOTE = 1000;
const LONGEST_ID = 100;
const MOST_DOWNLOADS = 1_000_000_000;
const OURS = "Not part of the 1fichier.com API: `/x/v1/about` lists the extension `links`.";

const linkId = () => Type.String({ minLength: 1, maxLength: LONGEST_ID, description: "The link, or only its id." });
const target = {
  file_id: Type.Optional(Type.String({ minLength: 1, maxLength: LONGEST_ID, description: "One of your files." })),
  folder_id: Type.Optional(wire.folderId("A folder, in place of `file_id`.")),
};
const oneTarget = { anyOf: [{ required: ["file_id"] }, { required: ["folder_id"] }] };

const rules = {
  pass: Type.Optional(wire.linkPassword("Password, at least 6 characters; empty removes it.")),
  expires_at: Type.Optional(wire.instantOrNever("When the link expires.")),
  max_downloads: Type.Optional(
    Type.Integer({ minimum: 0, maximum: MOST_DOWNLOADS, description: "Most downloads; 0: unlimited." }),
  ),
  acl: Type.Optional(wire.acl("Who may use it; an empty object lifts the restriction.")),
  note: Type.Optional(Type.String({ maxLength: LONGEST_NOTE, description: "A note, visible only to the owner." })),
  enabled: Type.Optional(wire.flag("0: switched off, 1: on.")),
};

const shownLink = () =>
  Type.Object({
    id: wire.text("Id of the link."),
    url: wire.text("Its URL."),
    own: wire.flag("1: the file's own link, which cannot be removed."),
    pass: wire.flag("1: it asks for a password."),
    acl: Type.Optional(wire.acl("Who may use it; absent where everybody may.")),
    expires_at: Type.Optional(wire.instant("When it expires; absent if never.")),
    max_downloads: Type.Optional(wire.count("Most downloads; absent if unlimited.")),
    downloads: wire.count("Downloads that were started with it."),
    enabled: wire.flag("0: switched off."),
    note: wire.text("A note, visible only to the owner."),
    created_at: wire.instant("When it was created."),
  });

const sampleLink = {
  id: "zyxwvutsrq9876543210",
  url: "https://1fichier.com/?zyxwvutsrq9876543210",
  own: 0,
  pass: 1,
  expires_at: "2027-01-31T12:00:00Z",
  max_downloads: 10,
  downloads: 3,
  enabled: 1,
  note: "for the printer",
  created_at: "2026-01-31T09:20:30Z",
} as const;

const linkAdd = defineEndpoint({
  operation: "link.add",
  path: "/x/v1/link/add",
  scope: { area: "shares", right: "write" },
  summary: "Create an additional link of a file or folder",
  description:
    "It has rules of its own, independent of the other links. A download is counted when its first byte is sent: " +
    "visits, HEAD requests, ranges and resumed downloads do not count again, and of many that start at once only as " +
    "many as are left are admitted. For a folder, the archive of all of it is counted. Up to 100 links each. " +
    OURS,
  request: Type.Object({ ...target, ...rules, pretty: wire.pretty }, oneTarget),
  response: Type.Object({ status: wire.ok(), link: shownLink() }),
  errors: ["resourceNotFound", "folderNotFound", "rootFolderProtected", ...storageErrors],
  example: {
    request: { file_id: "abcdefghij0123456789", pass: "open sesame", max_downloads: 10 },
    response: { ...sample.ok, link: sampleLink },
  },
});

const linkList = defineEndpoint({
  operation: "link.list",
  path: "/x/v1/link/list",
  scope: { area: "shares", right: "read" },
  summary: "List the links of a file or folder",
  description: `The file's own link first, then the additional ones, oldest first. The public page of a folder is not included. ${OURS}`,
  request: Type.Object({ ...target, pretty: wire.pretty }, oneTarget),
  response: Type.Object({ status: wire.ok(), links: Type.Array(shownLink()) }),
  errors: ["resourceNotFound", "folderNotFound", "rootFolderProtected"],
  example: {
    request: { file_id: "abcdefghij0123456789" },
    response: { ...sample.ok, links: [sampleLink] },
  },
});

const linkChange = defineEndpoint({
  operation: "link.change",
  path: "/x/v1/link/change",
  scope: { area: "shares", right: "write" },
  summary: "Change a link",
  description:
    "Fields that are absent stay as they are. A new password or access list ends downloads that started under the " +
    "old one. A file's own link, whose id is that of the file, is changed in the same way: switched off, expired or " +
    "used up, it works only for the owner, and the additional links keep working. Its password and access list are " +
    `those that \`file/chattr\` sets, so changing these also needs the right files=write. ${OURS}`,
  request: Type.Object({ id: linkId(), ...rules, pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok(), link: shownLink() }),
  errors: ["resourceNotFound"],
  example: {
    request: { id: "zyxwvutsrq9876543210", enabled: 0 },
    response: { ...sample.ok, link: { ...sampleLink, enabled: 0 } },
  },
});

const linkRemove = defineEndpoint({
  operation: "link.remove",
  path: "/x/v1/link/remove",
  scope: { area: "shares", right: "write" },
  summary: "Remove a link",
  description: `Downloads that were started with it end. The own link of a file cannot be removed, only switched off. ${OURS}`,
  request: Type.Object({ id: linkId(), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok() }),
  errors: ["resourceNotFound"],
  example: { request: { id: "zyxwvutsrq9876543210" }, response: { ...sample.ok } },
});

export const linkEndpoints = { linkAdd, linkList, linkChange, linkRemove };
