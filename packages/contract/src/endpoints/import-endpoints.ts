import { Type } from "../schema-builders.ts";
import { defineEndpoint, type Endpoint, storageErrors } from "../endpoint.ts";
import * as wire from "../wire-types.ts";
import * as sample from "./example-values.ts";

const MOST_LINKS = 100;
const LONGEST_URL = 8192;
const LONGEST_SECRET = 512;
const MOST_LISTED = 100;
const MOST_ENTRIES = 1000;
const OURS = "Not part of the 1fichier.com API: `/x/v1/about` lists the extension `imports`.";

const extension = (call: string, right: "read" | "write") =>
  ({
    operation: `import.${call}`,
    path: `/x/v1/import/${call}`,
    scope: { area: "remote", right },
  }) as const satisfies Partial<Endpoint>;
const importId = () => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: "Id of the import." });
const url = (description: string) => Type.String({ minLength: 1, maxLength: LONGEST_URL, description });
const tally = (description: string) =>
  Type.Object({ count: wire.count("Files."), bytes: wire.sizeBytes("Of those whose size is known.") }, { description });

const sourceKey = () =>
  Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: LONGEST_SECRET,
      description:
        "API key of the source. Not needed for `index`, nor for a `page` of a server other than 1fichier.com.",
    }),
  );
const pagePassword = () =>
  Type.Optional(Type.String({ maxLength: LONGEST_SECRET, description: "Password of the page." }));

const shownImport = () =>
  Type.Object({
    id: importId(),
    state: Type.Enum(["scanning", "copying", "planned", "done", "failed", "cancelled"], {
      description:
        "`scanning`: reading the folders of the source; `copying`: fetching files; `planned`: a dry run has ended.",
    }),
    kind: Type.Enum(["account", "links", "page", "index"], {
      description: "A folder of an account, single links, the public page of a folder, or a directory listing.",
    }),
    source: wire.text("URL of the source."),
    path: wire.text("The folder on the source, or which links."),
    is_dry_run: wire.flag("1: a dry run; nothing is created or fetched."),
    folder_id: wire.folderId("The target folder; 0 is the root."),
    requested_at: wire.instant("When it was requested."),
    ended_at: Type.Optional(wire.instant("When it ended; absent while it runs.")),
    message: Type.Optional(wire.text("Why it is paused, or failed.")),
    resumes_at: Type.Optional(wire.instant("When it resumes, while it is paused.")),
    receiving_bytes: Type.Optional(wire.sizeBytes("Bytes received so far of the files that are being fetched.")),
    folders: Type.Object({
      pending: wire.count("Found, but not read yet."),
      done: wire.count("Read."),
      failed: wire.count("Could not be read or created."),
    }),
    files: Type.Object({
      pending: tally("To be fetched."),
      done: tally("Fetched."),
      skipped: tally("A file with the same name and content existed."),
      failed: tally("Could not be fetched."),
    }),
    collisions: wire.count("Files with the name of a different file in their target folder: both are kept."),
    possible_duplicates: wire.count(
      "Files with the name of a file in their target folder that may be the same: if the source gives no checksum, " +
        "and the same size if it gives one, this is known only once the bytes are here. Identical files are not kept " +
        "twice.",
    ),
    min_remaining_seconds: Type.Optional(
      wire.count(
        "The least time that the remaining files take because of the source's limits; absent while folders are read.",
      ),
    ),
  });

const sampleImport = {
  id: 3,
  state: "copying",
  kind: "account",
  source: "https://api.1fichier.com/v1",
  path: "/photos",
  is_dry_run: 0,
  folder_id: 7,
  requested_at: "2026-01-31T09:20:30Z",
  receiving_bytes: 1_048_576,
  folders: { pending: 0, done: 12, failed: 0 },
  files: {
    pending: { count: 400, bytes: 4_000_000_000 },
    done: { count: 99, bytes: 990_000_000 },
    skipped: { count: 1, bytes: 10_000_000 },
    failed: { count: 0, bytes: 0 },
  },
  collisions: 0,
  possible_duplicates: 0,
  min_remaining_seconds: 200,
};
const one = () => Type.Object({ status: wire.ok(), import: shownImport() });
const exampleOfOne = { request: { id: 3 }, response: { ...sample.ok, import: sampleImport } };

const importAdd = defineEndpoint({
  ...extension("add", "write"),
  summary: "Import from another server",
  description:
    "From 1fichier.com or any server that speaks its API: a folder with everything below it (`path`), single files " +
    "(`links`), or the files of a folder's public page (`page`); or a directory listing by nginx, Apache or Python " +
    "with everything below it (`index`). Give one of the four. The server reads the folders first, then fetches the " +
    "files within the limits of the source, compares their checksums, and continues until everything is there. " +
    "Files that exist in the target with the same name and checksum are skipped. `source_key` is kept encrypted " +
    `until the import ends, and is never shown. ${OURS}`,
  request: Type.Object({
    source: Type.Optional(url("Base of the source's API; default `https://api.1fichier.com/v1`.")),
    source_key: sourceKey(),
    path: Type.Optional(
      Type.String({ maxLength: LONGEST_URL, description: "Folder or file on the source; `/` is everything." }),
    ),
    links: Type.Optional(
      Type.Array(url("Link of a file."), { minItems: 1, maxItems: MOST_LINKS, description: "In place of `path`." }),
    ),
    page: Type.Optional(url("Public page of a folder, `https://HOST/dir/ID`, in place of `path`.")),
    pass: pagePassword(),
    index: Type.Optional(url("Directory listing, in place of `path`; nothing outside it is fetched.")),
    folder_id: Type.Optional(
      wire.folderId("The target for the contents of the source's folder; 0 or absent is the root."),
    ),
    dry_run: Type.Optional(wire.flag("1: only report what would be done.")),
    pretty: wire.pretty,
  }),
  response: one(),
  errors: ["folderNotFound", "tooManyRemoteUploads", ...storageErrors],
  limits: [
    "10 imports of an account at once; 500,000 files and folders in each, with up to 128 MiB of names and URLs.",
  ],
  example: {
    request: { source_key: "0123456789abcdefghijABCDEFGHIJ-_", path: "/photos", folder_id: 7 },
    response: { ...sample.ok, import: sampleImport },
  },
});

const importList = defineEndpoint({
  ...extension("list", "read"),
  summary: "List imports",
  description: `Newest first, paged. ${OURS}`,
  request: Type.Object({
    before: Type.Optional(importId()),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MOST_LISTED, description: `At most this many; default ${MOST_LISTED}.` }),
    ),
    language: wire.messageLanguage,
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    imports: Type.Array(shownImport()),
    next: Type.Optional(
      Type.Integer({ minimum: 0, description: "`before` of the next page; absent on the last one." }),
    ),
  }),
  example: { request: { limit: 1 }, response: { ...sample.ok, imports: [sampleImport], next: 3 } },
});

const importShow = defineEndpoint({
  ...extension("show", "read"),
  summary: "Describe an import with its progress",
  description: OURS,
  request: Type.Object({ id: importId(), language: wire.messageLanguage, pretty: wire.pretty }),
  response: one(),
  errors: ["resourceNotFound"],
  example: exampleOfOne,
});

const entryState = (description: string) => Type.Enum(["pending", "done", "skipped", "failed"], { description });

const importEntries = defineEndpoint({
  ...extension("entries", "read"),
  summary: "List the folders and files of an import",
  description: `In the order they were found, paged. ${OURS}`,
  request: Type.Object({
    id: importId(),
    states: Type.Optional(
      Type.Array(entryState("As in the answer."), { maxItems: 4, description: "Only these states; default: all." }),
    ),
    collisions: Type.Optional(wire.flag("1: only files with the name of a different file in their target folder.")),
    after: Type.Optional(Type.Integer({ minimum: 0, description: "`next` of the previous page." })),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_ENTRIES,
        description: `At most this many, fewer where paths are long; default ${MOST_ENTRIES}.`,
      }),
    ),
    language: wire.messageLanguage,
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    entries: Type.Array(
      Type.Object({
        path: wire.text("Path within the import, such as `2026/a.bin`."),
        is_folder: wire.flag("1: a folder."),
        state: entryState("`skipped`: the same file existed."),
        size: Type.Optional(wire.sizeBytes("Bytes; absent while unknown.")),
        checksum: Type.Optional(wire.text("Whirlpool, if the source gives it.")),
        attempts: wire.count("How often it was tried."),
        message: Type.Optional(wire.text("Why it failed or will be retried.")),
        link: Type.Optional(wire.text("Link of the file that was fetched.")),
        collides: Type.Optional(
          wire.flag("1: when it was found, the target folder had a different file of this name; both are kept."),
        ),
        possible_duplicate: Type.Optional(
          wire.flag(
            "1: the target folder has a file of this name that may be the same; this is known only once the bytes are here.",
          ),
        ),
      }),
    ),
    next: Type.Optional(Type.Integer({ minimum: 0, description: "`after` of the next page; absent on the last one." })),
  }),
  errors: ["resourceNotFound"],
  example: {
    request: { id: 3, states: ["failed"] },
    response: {
      ...sample.ok,
      entries: [
        {
          path: "2026/a.bin",
          is_folder: 0,
          state: "failed",
          size: 12_345,
          checksum: sample.CHECKSUM,
          attempts: 8,
          message: "What arrived does not match the checksum given by the source; it was not kept.",
        },
      ],
    },
  },
});

const importRetry = defineEndpoint({
  ...extension("retry", "write"),
  summary: "Resume an import that has ended",
  description:
    "A failed or cancelled import continues where it stopped, and folders and files that failed are retried; what " +
    "was fetched stays. The server forgets `source_key` and `pass` at the end of an import, so they have to be " +
    `given again. From then on the import depends on the key that made this call. ${OURS}`,
  request: Type.Object({
    id: importId(),
    source_key: sourceKey(),
    pass: pagePassword(),
    language: wire.messageLanguage,
    pretty: wire.pretty,
  }),
  response: one(),
  errors: ["resourceNotFound", "tooManyRemoteUploads", ...storageErrors],
  example: {
    request: { id: 3, source_key: "0123456789abcdefghijABCDEFGHIJ-_" },
    response: { ...sample.ok, import: sampleImport },
  },
});

const importCancel = defineEndpoint({
  ...extension("cancel", "write"),
  summary: "Cancel an import",
  description: `It ends within seconds; what was fetched stays. ${OURS}`,
  request: Type.Object({ id: importId(), language: wire.messageLanguage, pretty: wire.pretty }),
  response: one(),
  errors: ["resourceNotFound"],
  example: exampleOfOne,
});

const importRemove = defineEndpoint({
  ...extension("remove", "write"),
  summary: "Remove an ended import from the list",
  description:
    "Removes only the record of the import, with its list of folders and files: what was fetched stays. An import " +
    `that has not ended is refused; cancel it first. ${OURS}`,
  request: Type.Object({ id: importId(), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok() }),
  errors: ["resourceNotFound"],
  example: { request: { id: 3 }, response: sample.ok },
});

export const importEndpoints = {
  importAdd,
  importList,
  importShow,
  importEntries,
  importCancel,
  importRetry,
  importRemove,
};
