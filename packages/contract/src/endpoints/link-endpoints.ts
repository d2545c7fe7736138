import { defineEndpoint, storageErrors } from "../endpoint.ts";
import { Type } from "../schema-builders.ts";
import * as wire from "../wire-types.ts";
import * as sample from "./example-values.ts";

const LONGEST_NOTE = 1000;
const LONGEST_ID = 100;
const MOST_DOWNLOADS = 1_000_000_000;
const OURS = "Not part of the 1fichier.com API: `/x/v1/about` names the extension `links`.";

const linkId = () => Type.String({ minLength: 1, maxLength: LONGEST_ID, description: "The link, or its id alone." });
const target = {
  file_id: Type.Optional(Type.String({ minLength: 1, maxLength: LONGEST_ID, description: "A file of one's own." })),
  folder_id: Type.Optional(wire.folderId("A folder, in place of `file_id`.")),
};
const oneTarget = { anyOf: [{ required: ["file_id"] }, { required: ["folder_id"] }] };

const rules = {
  pass: Type.Optional(wire.linkPassword("Password, at least 6 characters; empty removes it.")),
  ends_at: Type.Optional(wire.instantOrNever("When the link ends.")),
  max_downloads: Type.Optional(
    Type.Integer({ minimum: 0, maximum: MOST_DOWNLOADS, description: "Most downloads; 0 is any number." }),
  ),
  acl: Type.Optional(wire.acl("Who may use it; an empty object lifts the restriction.")),
  note: Type.Optional(Type.String({ maxLength: LONGEST_NOTE, description: "For its owner alone." })),
  on: Type.Optional(wire.flag("0: switched off, 1: on.")),
};

const shownLink = () =>
  Type.Object({
    id: wire.text("Id of the link."),
    url: wire.text("Its address."),
    own: wire.flag("1: the own link of a file, which stays with it."),
    pass: wire.flag("1: it asks for a password."),
    acl: Type.Optional(wire.acl("Who may use it; absent where everybody may.")),
    ends_at: Type.Optional(wire.instant("When it ends; absent for never.")),
    max_downloads: Type.Optional(wire.count("Most downloads; absent for any number.")),
    downloads: wire.count("How many began by it."),
    on: wire.flag("0: switched off."),
    note: wire.text("For its owner."),
    date: wire.instant("When it was made."),
  });

const sampleLink = {
  id: "zyxwvutsrq9876543210",
  url: "https://1fichier.com/?zyxwvutsrq9876543210",
  own: 0,
  pass: 1,
  ends_at: "2027-01-31T12:00:00Z",
  max_downloads: 10,
  downloads: 3,
  on: 1,
  note: "for the printer",
  date: "2026-01-31T09:20:30Z",
} as const;

const linkAdd = defineEndpoint({
  operation: "link.add",
  path: "/x/v1/link/add",
  scope: { area: "shares", right: "write" },
  summary: "Make an additional link of a file or folder",
  description:
    "With rules of its own, whatever those of the other links are. A download is counted when its first byte leaves: visits, " +
    "HEAD requests, ranges and resumed downloads count nothing more, and of many that begin at once no more do than are left. " +
    "Of a folder, the archive of all of it is counted. Up to 100 links each. " +
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
  description: `The own link of a file first, then the further ones, oldest first. The public page of a folder is not among them. ${OURS}`,
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
    "What is absent stays as it is. Another password or access list ends downloads that began with the one before. The own " +
    "link of a file, whose id is that of the file, is changed in the same way: switched off, ended or used up, it leads " +
    "nobody but the owner to the file, and the additional links go on. Its password and access list are those that " +
    `\`file/chattr\` sets, so changing these takes the right files=write besides. ${OURS}`,
  request: Type.Object({ id: linkId(), ...rules, pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok(), link: shownLink() }),
  errors: ["resourceNotFound"],
  example: {
    request: { id: "zyxwvutsrq9876543210", on: 0 },
    response: { ...sample.ok, link: { ...sampleLink, on: 0 } },
  },
});

const linkRemove = defineEndpoint({
  operation: "link.remove",
  path: "/x/v1/link/remove",
  scope: { area: "shares", right: "write" },
  summary: "Remove a link",
  description: `Downloads that began by it end. The own link of a file cannot be removed, only switched off. ${OURS}`,
  request: Type.Object({ id: linkId(), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok() }),
  errors: ["resourceNotFound"],
  example: { request: { id: "zyxwvutsrq9876543210" }, response: { ...sample.ok } },
});

export const linkEndpoints = { linkAdd, linkList, linkChange, linkRemove };
