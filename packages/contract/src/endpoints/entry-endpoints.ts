import { Type } from "../schema-builders.ts";
import { defineEndpoint, storageErrors } from "../endpoint.ts";
import * as wire from "../wire-types.ts";
import * as sample from "./example-values.ts";

const MOST_ENTRIES = 500;
const MOST_FOUND = 100;
const LONGEST_PATH = 8192;
const LONGEST_PART = 100;
const LONGEST_CURSOR = 8192;
const OURS = "Not part of the 1fichier.com API: `/x/v1/about` names the extension `entries`.";

const sorts = ["name", "size", "date", "downloads"] as const;
const fileKinds = ["picture", "film", "sound", "text", "archive", "document"] as const;
const oneOf = <const Value extends string>(values: readonly Value[], description: string) =>
  Type.Unsafe<Value>({ type: "string", enum: [...values], description });

const path = (description: string) => Type.String({ maxLength: LONGEST_PATH, description });
const folder = {
  folder_id: Type.Optional(wire.folderId()),
  path: Type.Optional(path("In place of `folder_id`, such as `/photos/2026`.")),
};

/** What lies in a folder: of a file or of a folder, told by `kind`. */
const entry = () =>
  Type.Object({
    kind: oneOf(["folder", "file"], "Which of the two it is."),
    folder_id: wire.folderId("Of a folder its own id, of a file that of the folder it lies in; 0 is the root."),
    file_id: Type.Optional(
      wire.text("Id of the file, which is also that of its link; where that is hidden, one that leads to nothing."),
    ),
    name: wire.text("Name."),
    size: wire.sizeBytes("Bytes; of a folder those of the files directly in it."),
    date: wire.instant("When it was made or came."),
    link: Type.Optional(wire.text("Link of the file, or address of the folder's public page where it has one.")),
    hidden: Type.Optional(
      wire.flag("1: its owner hides links, so it is had by `folder_id` and `filename`; absent otherwise."),
    ),
    pass: wire.flag("1: its link or page asks for a password."),
    folders: Type.Optional(wire.count("Of a folder, folders directly in it.")),
    files: Type.Optional(wire.count("Of a folder, files directly in it.")),
    content_type: Type.Optional(wire.text("Media type of the file.")),
    checksum: Type.Optional(wire.checksum()),
    downloads: Type.Optional(wire.count("How often a download of the file was begun.")),
    acl: Type.Optional(wire.flag("1: an access list restricts who may fetch the file.")),
    inline: Type.Optional(wire.flag("1: browsers show the file.")),
    cdn: Type.Optional(wire.flag("1: the owner pays CDN credits for it.")),
    link_over: Type.Optional(
      wire.flag("1: its own link is switched off, ended or used up and leads its owner alone to it; absent otherwise."),
    ),
    damaged: Type.Optional(wire.flag("1: its stored bytes are damaged; absent otherwise.")),
    blocked: Type.Optional(wire.flag("1: the operator has blocked this content; absent otherwise.")),
    thumbnail: Type.Optional(
      wire.text(
        "With `thumbnails`, of a picture: address of a small WebP, see `/t{token}`. It lasts a day at least, as long as the key " +
          "or session of the call, and changes with the content.",
      ),
    ),
  });

/** Where entries are asked for. */
const thumbnails = Type.Optional(
  wire.flag(
    "1: with the addresses of thumbnails of pictures, where the server makes them and the caller may fetch files too.",
  ),
);

/** What the caller may do in a folder of somebody else's. */
const shared = () =>
  Type.Optional(
    Type.Object(
      {
        email: wire.text("E-mail address of the owner."),
        rw: wire.flag("1: the caller may change what lies in it."),
        hide_links: wire.flag("1: the caller sees no links."),
      },
      { description: "Only where it is a folder that somebody else shares with the caller." },
    ),
  );

const sampleFolder = {
  kind: "folder",
  folder_id: 7,
  name: "docs",
  size: 12_345,
  date: "2026-01-30T08:00:00Z",
  pass: 0,
  folders: 2,
  files: 1,
};
const sampleFile = {
  kind: "file",
  folder_id: 0,
  file_id: "abcdefghij0123456789",
  name: "a.bin",
  size: 12_345,
  date: "2026-01-31T09:20:30Z",
  link: sample.LINK,
  pass: 0,
  content_type: "application/octet-stream",
  checksum: sample.CHECKSUM,
  downloads: 3,
  acl: 0,
  inline: 0,
  cdn: 0,
};

const folderList = defineEndpoint({
  operation: "folder.list",
  path: "/x/v1/folder/list",
  scope: { area: "files", right: "read" },
  summary: "List what lies in a folder",
  description:
    "Folders before files, in any order and from any place on: by position (`offset`), or after the entry that `next` of an " +
    "earlier answer stands for (`cursor`, with the same `sort` and `order`). Names sort without case and accents, numbers in " +
    "them by what they count. Folders have no size and no downloads to sort by: in these orders they go by name. `total` " +
    "counts all entries, or those that the filters let through. An unknown folder is a 404. " +
    OURS,
  request: Type.Object({
    ...folder,
    sort: Type.Optional(oneOf(sorts, "What to sort by; `name` when left out.")),
    order: Type.Optional(oneOf(["asc", "desc"], "Smallest or oldest first (`asc`, when left out), or last.")),
    offset: Type.Optional(wire.count("Entries to pass over; 0 when left out.")),
    cursor: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: LONGEST_CURSOR,
        description: "In place of `offset`: `next` of an answer.",
      }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MOST_ENTRIES, description: `Most entries; ${MOST_ENTRIES} when left out.` }),
    ),
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: LONGEST_PART,
        description: "Only entries with this in their names; case and accents do not count.",
      }),
    ),
    kind: Type.Optional(oneOf(["folder", "file"], "Only folders, or only files.")),
    file_kind: Type.Optional(oneOf(fileKinds, "Only files of this kind, by their content types.")),
    newer_than: Type.Optional(wire.instantText("Only entries of this moment or later.")),
    older_than: Type.Optional(wire.instantText("Only entries from before this moment.")),
    thumbnails,
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    folder_id: wire.folderId("Id of the folder; 0 is the root."),
    total: Type.Object({ folders: wire.count("Folders."), files: wire.count("Files.") }),
    entries: Type.Array(entry()),
    shared: shared(),
    next: Type.Optional(wire.text("`cursor` of the entries that follow; absent at the end.")),
  }),
  errors: ["folderNotFound"],
  example: {
    request: { folder_id: 0, sort: "name", limit: 2 },
    response: { ...sample.ok, folder_id: 0, total: { folders: 1, files: 1 }, entries: [sampleFolder, sampleFile] },
  },
});

const FILE_ID_CHARACTERS = 100;
const fileId = (description: string) => Type.String({ minLength: 1, maxLength: FILE_ID_CHARACTERS, description });

const entryStat = defineEndpoint({
  operation: "entry.stat",
  path: "/x/v1/entry/stat",
  scope: { area: "files", right: "read" },
  summary: "Describe a file or folder by its id or path",
  description:
    "With the folders above it, the root first, as far as the caller sees them. A path leads to the folder of that name where " +
    "there is one, else to the newest file; one that ends with `/` leads to a folder. Without any of the three it is the root. " +
    OURS,
  request: Type.Object({
    folder_id: Type.Optional(wire.folderId("A folder.")),
    file_id: Type.Optional(fileId("A file of one's own, or one that is shared with its link.")),
    path: Type.Optional(path("Either, such as `/photos/2026/a.jpg`.")),
    thumbnails,
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    entry: entry(),
    above: Type.Array(
      Type.Object({ folder_id: wire.folderId("0 is the root."), name: wire.text("Name; empty for the root.") }),
    ),
    shared: shared(),
  }),
  errors: ["folderNotFound", "resourceNotFound"],
  example: {
    request: { path: "/a.bin" },
    response: { ...sample.ok, entry: sampleFile, above: [{ folder_id: 0, name: "" }] },
  },
});

const entrySearch = defineEndpoint({
  operation: "entry.search",
  path: "/x/v1/entry/search",
  scope: { area: "files", right: "read" },
  summary: "Search files and folders by their names",
  description:
    "In a folder and all below it. All words of `text` stand in the names that are found, anywhere in them; case and accents do " +
    "not count. Folders before files, by name. Names are looked through one by one, so a large account takes a while. " +
    OURS,
  request: Type.Object({
    ...folder,
    text: Type.String({
      minLength: 1,
      maxLength: LONGEST_PART,
      description: "Up to 10 words; one or two letters will do.",
    }),
    cursor: Type.Optional(
      Type.String({ minLength: 1, maxLength: LONGEST_CURSOR, description: "`next` of an earlier answer." }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MOST_FOUND, description: `Most entries; ${MOST_FOUND} when left out.` }),
    ),
    thumbnails,
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    count: wire.count("Found from the beginning of this answer on; 1,000 at most."),
    more: wire.flag("1: there are more than `count`."),
    found: Type.Array(
      Type.Object({ path: wire.text("The folder in which it lies, such as `/photos/2026`."), entry: entry() }),
    ),
    next: Type.Optional(wire.text("`cursor` of what follows; absent at the end.")),
  }),
  errors: ["folderNotFound"],
  limits: ["Searches of one caller, and of all, wait for each other beyond a few at once."],
  example: {
    request: { text: "bin" },
    response: { ...sample.ok, count: 1, more: 0, found: [{ path: "/", entry: sampleFile }] },
  },
});

const MOST_CHANGES = 500;

const batchChange = defineEndpoint({
  operation: "batch.change",
  path: "/x/v1/batch/change",
  scope: { area: "files", right: "write" },
  summary: "Move, rename or remove many files and folders",
  description:
    "In the order given, and each by itself: one that is refused changes nothing, and the others go on. `results` has an answer " +
    "for each, in the same order. Links stay the same. What is removed lies in the trash, see `trash/list`; its entry there is told as `trash_id`, for " +
    "`trash/restore`. A folder is removed only when it is empty, or `with_contents` is 1. A call that is repeated " +
    "changes nothing more, and what lies in the trash by itself is answered as removed, with its `trash_id`. " +
    "`name_taken` says what is done where another file, or for a folder another folder, has the name: `fail` (#579, #562), when " +
    "left out; `skip` leaves the entry alone; `keep_both` gives it a number, such as `a (2).txt`; `replace` removes the other one, " +
    "which for a folder has to be empty. " +
    OURS,
  request: Type.Object({
    changes: Type.Array(
      Type.Object({
        folder_id: Type.Optional(wire.folderId("The folder to change.")),
        file_id: Type.Optional(fileId("The file to change, in place of `folder_id`.")),
        to_folder_id: Type.Optional(wire.folderId("The folder to move it to; 0 is the root.")),
        name: Type.Optional(wire.name("Its new name.")),
        remove: Type.Optional(wire.flag("1: remove it.")),
        with_contents: Type.Optional(wire.flag("1, beside `remove`: the folder with all that lies in it.")),
      }),
      { minItems: 1, maxItems: MOST_CHANGES },
    ),
    name_taken: Type.Optional(oneOf(["fail", "skip", "keep_both", "replace"], "What to do where a name is taken.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    results: Type.Array(
      Type.Object({
        outcome: oneOf(
          ["done", "unchanged", "skipped", "failed"],
          "`unchanged`: it was so already; `skipped`: the name was taken; `failed`: see `error`.",
        ),
        name: Type.Optional(wire.text("Its name now, or when it was removed; absent where it failed.")),
        trash_id: Type.Optional(
          wire.count("Of what was removed, its entry in the trash; absent where the account keeps no trash."),
        ),
        error: Type.Optional(wire.refusal()),
      }),
    ),
  }),
  errors: [...storageErrors],
  limits: [`At most ${MOST_CHANGES} changes a call.`],
  example: {
    request: {
      changes: [
        { file_id: "abcdefghij0123456789", to_folder_id: 7 },
        { folder_id: 9, remove: 1 },
      ],
    },
    response: {
      ...sample.ok,
      results: [
        { outcome: "done", name: "a.bin" },
        { outcome: "failed", error: { status: 409, message: "The folder is not empty #561" } },
      ],
    },
  },
});

const MOST_ZIPPED = 500;

const folderZip = defineEndpoint({
  operation: "folder.zip",
  path: "/x/v1/folder/zip",
  scope: { area: "downloads", right: "read" },
  summary: "Get an address of folders and files as one zip archive",
  description:
    "Of one's own and of what is shared with the account, with all that lies in the folders; where links are hidden, files " +
    "are had with their folders. As with `download/get_token`, the address may be used for 5 minutes to " +
    "start and needs no key; see `/z{token}` for the archive. At most 100,000 files and folders go into one. " +
    OURS,
  request: Type.Object(
    {
      folder_ids: Type.Optional(
        Type.Array(wire.folderId("A folder; 0 is the root."), { minItems: 1, maxItems: MOST_ZIPPED }),
      ),
      file_ids: Type.Optional(Type.Array(fileId("A file."), { minItems: 1, maxItems: MOST_ZIPPED })),
      pretty: wire.pretty,
    },
    { anyOf: [{ required: ["folder_ids"] }, { required: ["file_ids"] }] },
  ),
  response: Type.Object({
    status: wire.ok(),
    url: wire.text("The address."),
    name: wire.text("Name of the archive: that of the folder, where it is one."),
  }),
  errors: ["folderNotFound", "resourceNotFound"],
  limits: [`At most ${MOST_ZIPPED} folders and ${MOST_ZIPPED} files a call.`],
  example: {
    request: { folder_ids: [7], file_ids: ["abcdefghij0123456789"] },
    response: { ...sample.ok, url: "https://a-1.1fichier.com/z1234567890", name: "files.zip" },
  },
});

export const entryEndpoints = { folderList, entryStat, entrySearch, batchChange, folderZip };
