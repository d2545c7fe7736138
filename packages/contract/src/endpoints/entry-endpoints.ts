import { Type } from "../schema-builders.ts";
import { defineEndpoint, storageErrors } from "../endpoint.ts";
import * as wire from "../wire-types.ts";
import * as sample from "./example-values.ts";

const MOST_ENTRIES = 500;
const MOST_FOUND = 100;
const LONGEST_PATH = 8192;
const LONGEST_PART = 100;
const LONGEST_CURSOR = 8192;
const OURS = "Not part of the 1fichier.com API: `/x/v1/about` lists the extension `entries`.";

const sorts = ["name", "size", "date", "downloads"] as const;
const fileKinds = ["image", "video", "audio", "text", "archive", "document"] as const;
const oneOf = <const Value extends string>(values: readonly Value[], description: string) =>
  Type.Unsafe<Value>({ type: "string", enum: [...values], description });

const path = (description: string) => Type.String({ maxLength: LONGEST_PATH, description });
const folder = {
  folder_id: Type.Optional(wire.folderId()),
  path: Type.Optional(path("In place of `folder_id`, such as `/photos/2026`.")),
};

/** An entry of a folder: a file or a folder, told apart by `kind`. */
const entry = () =>
  Type.Object({
    kind: oneOf(["folder", "file"], "What it is."),
    folder_id: wire.folderId("For a folder its own id, for a file the id of the folder it is in; 0 is the root."),
    file_id: Type.Optional(
      wire.text("Id of the file, which is also the id in its link; if the link is hidden, an id that leads nowhere."),
    ),
    name: wire.text("Name."),
    size: wire.sizeBytes("Bytes; for a folder, of the files directly in it."),
    date: wire.instant("When it was created or received."),
    link: Type.Optional(wire.text("Link of the file, or URL of the folder's public page if it has one.")),
    hidden: Type.Optional(
      wire.flag("1: its owner hides links, so it is addressed by `folder_id` and `filename`; absent otherwise."),
    ),
    pass: wire.flag("1: its link or page asks for a password."),
    folders: Type.Optional(wire.count("For a folder: folders directly in it.")),
    files: Type.Optional(wire.count("For a folder: files directly in it.")),
    content_type: Type.Optional(wire.text("Media type of the file.")),
    checksum: Type.Optional(wire.checksum()),
    downloads: Type.Optional(
      wire.count(
        "How many downloads of the file were started. What its owner is shown while signed in does not count.",
      ),
    ),
    acl: Type.Optional(wire.flag("1: an access list restricts who may download the file.")),
    inline: Type.Optional(wire.flag("1: browsers show the file instead of saving it.")),
    cdn: Type.Optional(wire.flag("1: the owner pays CDN credits for it.")),
    link_inactive: Type.Optional(
      wire.flag("1: its own link is switched off, expired or used up and works only for its owner; absent otherwise."),
    ),
    damaged: Type.Optional(wire.flag("1: its stored data is damaged; absent otherwise.")),
    blocked: Type.Optional(wire.flag("1: the operator has blocked this content; absent otherwise.")),
    thumbnail: Type.Optional(
      wire.text(
        "With `thumbnails`, for a picture: URL of a small WebP, see `/t{token}`. It is valid for at least a " +
          "day, as long as the key or session of the call is, and changes with the content.",
      ),
    ),
  });

/** A parameter of calls that return entries. */
const thumbnails = Type.Optional(
  wire.flag(
    "1: include thumbnail URLs of pictures, if the server makes thumbnails and the caller may also download files.",
  ),
);

/** What the caller may do in somebody else's folder. */
const shared = () =>
  Type.Optional(
    Type.Object(
      {
        email: wire.text("E-mail address of the owner."),
        rw: wire.flag("1: the caller may change its contents."),
        hide_links: wire.flag("1: the caller sees no links."),
      },
      { description: "Only for a folder that somebody else shares with the caller." },
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
  summary: "List the contents of a folder",
  description:
    "Folders before files, in any order, starting anywhere: at a position (`offset`), or after the last entry of an " +
    "earlier answer (`cursor` is its `next`, with the same `sort` and `order`). Names are sorted without regard to " +
    "case and accents, and numbers in them by value. Folders have no size and no downloads to sort by: in these " +
    "orders they are sorted by name. `total` counts all entries, or those that match the filters. An unknown folder " +
    "is a 404. " +
    OURS,
  request: Type.Object({
    ...folder,
    sort: Type.Optional(oneOf(sorts, "What to sort by; default `name`.")),
    order: Type.Optional(oneOf(["asc", "desc"], "`asc`, the default: smallest or oldest first; `desc`: the reverse.")),
    offset: Type.Optional(wire.count("Entries to skip; default 0.")),
    cursor: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: LONGEST_CURSOR,
        description: "In place of `offset`: `next` of an earlier answer.",
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_ENTRIES,
        description: `At most this many entries; default ${MOST_ENTRIES}.`,
      }),
    ),
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: LONGEST_PART,
        description: "Only entries with this text in their names; case and accents do not matter.",
      }),
    ),
    kind: Type.Optional(oneOf(["folder", "file"], "Only folders, or only files.")),
    file_kind: Type.Optional(oneOf(fileKinds, "Only files of this kind, by content type.")),
    newer_than: Type.Optional(wire.instantText("Only entries from this time or later.")),
    older_than: Type.Optional(wire.instantText("Only entries from before this time.")),
    thumbnails,
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    folder_id: wire.folderId("Id of the folder; 0 is the root."),
    total: Type.Object({ folders: wire.count("Folders."), files: wire.count("Files.") }),
    entries: Type.Array(entry()),
    shared: shared(),
    next: Type.Optional(wire.text("`cursor` of the next page; absent on the last one.")),
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
    "Includes the folders above it, the root first, as far as the caller sees them. A path means the folder of that " +
    "name if there is one, otherwise the newest file; a path that ends with `/` means a folder. With none of the " +
    "three it is the root. " +
    OURS,
  request: Type.Object({
    folder_id: Type.Optional(wire.folderId("A folder.")),
    file_id: Type.Optional(fileId("One of your files, or one that is shared with its link.")),
    path: Type.Optional(path("A file or a folder, such as `/photos/2026/a.jpg`.")),
    thumbnails,
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    entry: entry(),
    ancestors: Type.Array(
      Type.Object({ folder_id: wire.folderId("0 is the root."), name: wire.text("Name; empty for the root.") }),
    ),
    shared: shared(),
  }),
  errors: ["folderNotFound", "resourceNotFound"],
  example: {
    request: { path: "/a.bin" },
    response: { ...sample.ok, entry: sampleFile, ancestors: [{ folder_id: 0, name: "" }] },
  },
});

const entrySearch = defineEndpoint({
  operation: "entry.search",
  path: "/x/v1/entry/search",
  scope: { area: "files", right: "read" },
  summary: "Search files and folders by their names",
  description:
    "Searches a folder and everything below it. All words of `text` must occur in a name, anywhere in it; case and " +
    "accents do not matter. Folders before files, by name. Names are scanned one by one, so a large account takes a " +
    "while. " +
    OURS,
  request: Type.Object({
    ...folder,
    text: Type.String({
      minLength: 1,
      maxLength: LONGEST_PART,
      description: "Up to 10 words; one letter is enough.",
    }),
    cursor: Type.Optional(
      Type.String({ minLength: 1, maxLength: LONGEST_CURSOR, description: "`next` of an earlier answer." }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_FOUND,
        description: `At most this many entries; default ${MOST_FOUND}.`,
      }),
    ),
    thumbnails,
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    count: wire.count("Matches from the beginning of this answer on; 1,000 at most."),
    has_more: wire.flag("1: there are more than `count`."),
    matches: Type.Array(
      Type.Object({
        path: wire.text("The folder it is in, such as `/photos/2026`."),
        folder_id: wire.folderId("Id of that folder; 0 is the root."),
        entry: entry(),
      }),
    ),
    next: Type.Optional(wire.text("`cursor` of the next page; absent on the last one.")),
  }),
  errors: ["folderNotFound"],
  limits: ["Searches of one caller, and of all callers together, queue up beyond a few at a time."],
  example: {
    request: { text: "bin" },
    response: { ...sample.ok, count: 1, has_more: 0, matches: [{ path: "/", folder_id: 0, entry: sampleFile }] },
  },
});

const MOST_CHANGES = 500;

const batchChange = defineEndpoint({
  operation: "batch.change",
  path: "/x/v1/batch/change",
  scope: { area: "files", right: "write" },
  summary: "Move, rename or remove many files and folders",
  description:
    "In the order given, each by itself: one that is refused changes nothing, and the others continue. `results` " +
    "has an entry for each change, in the same order. Links stay the same. What is removed goes to the trash (see " +
    "`trash/list`); its entry there is returned as `trash_id`, for `trash/restore`. A folder is removed only if it " +
    "is empty or `with_contents` is 1. Repeating a call changes nothing more: what is already in the trash by " +
    "itself is reported as removed, with its `trash_id`. `on_conflict` says what to do if another file, or for a " +
    "folder another folder, has the name: `fail`, the default (#579, #562); `skip` leaves the entry as it is; " +
    "`keep_both` adds a number, such as `a (2).txt`; `replace` removes every other file of that name, or the other " +
    "folder, which must be empty. " +
    OURS,
  request: Type.Object({
    changes: Type.Array(
      Type.Object({
        folder_id: Type.Optional(wire.folderId("The folder to change.")),
        file_id: Type.Optional(fileId("The file to change, in place of `folder_id`.")),
        to_folder_id: Type.Optional(wire.folderId("The folder to move it to; 0 is the root.")),
        name: Type.Optional(wire.name("Its new name.")),
        remove: Type.Optional(wire.flag("1: remove it.")),
        with_contents: Type.Optional(wire.flag("1, with `remove`: remove the folder with everything in it.")),
      }),
      { minItems: 1, maxItems: MOST_CHANGES },
    ),
    on_conflict: Type.Optional(oneOf(["fail", "skip", "keep_both", "replace"], "What to do if a name is taken.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    results: Type.Array(
      Type.Object({
        outcome: oneOf(
          ["done", "unchanged", "skipped", "failed"],
          "`unchanged`: there was nothing to change; `skipped`: the name was taken; `failed`: see `error`.",
        ),
        name: Type.Optional(wire.text("Its new name, or its name when it was removed; absent if it failed.")),
        trash_id: Type.Optional(
          wire.count("For what was removed, its entry in the trash; absent if the account keeps no trash."),
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
  summary: "Get a URL to download folders and files as one zip archive",
  description:
    "Of your own folders and files and of those shared with the account, with everything in the folders; files with " +
    "hidden links are included with their folders. As with `download/get_token`, the URL must be used within 5 " +
    "minutes and needs no key; see `/z{token}` for the archive. At most 100,000 files and folders fit into one. " +
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
    url: wire.text("The URL."),
    name: wire.text("Name of the archive: that of the folder, if it is a single one."),
  }),
  errors: ["folderNotFound", "resourceNotFound"],
  limits: [`At most ${MOST_ZIPPED} folders and ${MOST_ZIPPED} files a call.`],
  example: {
    request: { folder_ids: [7], file_ids: ["abcdefghij0123456789"] },
    response: { ...sample.ok, url: "https://a-1.1fichier.com/z1234567890", name: "files.zip" },
  },
});

export const entryEndpoints = { folderList, entryStat, entrySearch, batchChange, folderZip };
