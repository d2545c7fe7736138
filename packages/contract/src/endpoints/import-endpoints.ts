import { Type } from "../schema-builders.ts";
import { defineEndpoint, type Endpoint, storageErrors } from "../endpoint.ts";
import * as wire from "../wire-types.ts";
import * as sample from "./example-values.ts";

const MOST_LINKS = 100;
const LONGEST_URL = 8192;
const LONGEST_SECRET = 512;
const MOST_LISTED = 100;
const MOST_ENTRIES = 1000;
const OURS = "Not part of the 1fichier.com API: `/x/v1/about` names the extension `imports`.";

const extension = (call: string, right: "read" | "write") =>
  ({
    operation: `import.${call}`,
    path: `/x/v1/import/${call}`,
    scope: { area: "remote", right },
  }) as const satisfies Partial<Endpoint>;
const importId = () => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: "Id of the import." });
const address = (description: string) => Type.String({ minLength: 1, maxLength: LONGEST_URL, description });
const tally = (description: string) =>
  Type.Object({ count: wire.count("Files."), bytes: wire.sizeBytes("Of those whose size is known.") }, { description });

const sourceKey = () =>
  Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: LONGEST_SECRET,
      description:
        "API key of the source. Not needed for `index`, nor for a `page` of another server than 1fichier.com.",
    }),
  );
const pagePassword = () =>
  Type.Optional(Type.String({ maxLength: LONGEST_SECRET, description: "Password of the page." }));

const shownImport = () =>
  Type.Object({
    id: importId(),
    state: Type.Enum(["walking", "copying", "planned", "done", "failed", "cancelled"], {
      description: "`walking` reads the folders of the source, `copying` fetches files; `planned` ends a plan.",
    }),
    kind: Type.Enum(["account", "links", "page", "index"], {
      description: "A folder of an account, single links, the public page of a folder, or a directory listing.",
    }),
    source: wire.text("Address of the source."),
    path: wire.text("The folder there, or which links."),
    is_plan: wire.flag("1: nothing is made or fetched."),
    folder_id: wire.folderId("Where it goes; 0 is the root."),
    requested_at: wire.instant("When it was ordered."),
    ended_at: Type.Optional(wire.instant("When it ended; absent before.")),
    message: Type.Optional(wire.text("Why it stands still, or failed.")),
    goes_on_at: Type.Optional(wire.instant("When it goes on, while it stands still.")),
    receiving: Type.Optional(wire.sizeBytes("Bytes that have come of the files on their way.")),
    folders: Type.Object({
      open: wire.count("Found and not read yet."),
      done: wire.count("Read."),
      failed: wire.count("That could not be read or made."),
    }),
    files: Type.Object({
      open: tally("To be fetched."),
      done: tally("That have arrived."),
      present: tally("Left alone: the same name and content lay there already."),
      failed: tally("That did not arrive."),
    }),
    collisions: wire.count("Files whose name another content has in their folder: both are kept."),
    maybe_present: wire.count(
      "Files whose name is taken in their folder by one that may be the same: without a checksum of the source, and " +
        "with the same size where it tells one, that shows once the bytes are here. What is the same is not kept twice.",
    ),
    least_seconds: Type.Optional(
      wire.count("How long the limits of the source make the rest take at least; absent while folders are read."),
    ),
  });

const sampleImport = {
  id: 3,
  state: "copying",
  kind: "account",
  source: "https://api.1fichier.com/v1",
  path: "/photos",
  is_plan: 0,
  folder_id: 7,
  requested_at: "2026-01-31T09:20:30Z",
  receiving: 1_048_576,
  folders: { open: 0, done: 12, failed: 0 },
  files: {
    open: { count: 400, bytes: 4_000_000_000 },
    done: { count: 99, bytes: 990_000_000 },
    present: { count: 1, bytes: 10_000_000 },
    failed: { count: 0, bytes: 0 },
  },
  collisions: 0,
  maybe_present: 0,
  least_seconds: 200,
};
const one = () => Type.Object({ status: wire.ok(), import: shownImport() });
const exampleOfOne = { request: { id: 3 }, response: { ...sample.ok, import: sampleImport } };

const importAdd = defineEndpoint({
  ...extension("add", "write"),
  summary: "Take over a folder of another server",
  description:
    "From 1fichier.com or any server that speaks its API: a folder with everything below it (`path`), single files " +
    "(`links`), or the files of a folder's public page (`page`); or a directory listing by nginx, Apache or Python with all below it " +
    "(`index`). One of the four. The server reads the folders first, then fetches the files within the limits of the source, compares their " +
    "checksums, and goes on by itself until all has arrived. What lies in the target under the same name with the same " +
    `checksum is left alone. \`source_key\` is kept encrypted until the end and never shown. ${OURS}`,
  request: Type.Object({
    source: Type.Optional(address("Base of the source's API; `https://api.1fichier.com/v1` when left out.")),
    source_key: sourceKey(),
    path: Type.Optional(
      Type.String({ maxLength: LONGEST_URL, description: "Folder or file there; `/` is everything." }),
    ),
    links: Type.Optional(
      Type.Array(address("Link of a file."), { minItems: 1, maxItems: MOST_LINKS, description: "In place of `path`." }),
    ),
    page: Type.Optional(address("Public page of a folder, `https://HOST/dir/ID`, in place of `path`.")),
    pass: pagePassword(),
    index: Type.Optional(
      address("Directory listing, in place of `path`; nothing that does not lie below it is fetched."),
    ),
    folder_id: Type.Optional(wire.folderId("What lies in the folder goes into this one; 0 or absent is the root.")),
    dry_run: Type.Optional(wire.flag("1: only find out what would be done.")),
    pretty: wire.pretty,
  }),
  response: one(),
  errors: ["folderNotFound", "tooManyRemoteUploads", ...storageErrors],
  limits: [
    "10 imports of an account at once; 500,000 files and folders in one, whose names and addresses take up to 128 MiB.",
  ],
  example: {
    request: { source_key: "0123456789abcdefghijABCDEFGHIJ-_", path: "/photos", folder_id: 7 },
    response: { ...sample.ok, import: sampleImport },
  },
});

const importList = defineEndpoint({
  ...extension("list", "read"),
  summary: "List imports",
  description: `Newest first, page by page. ${OURS}`,
  request: Type.Object({
    before: Type.Optional(importId()),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MOST_LISTED, description: `On a page; ${MOST_LISTED} when left out.` }),
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

const entryState = (description: string) => Type.Enum(["open", "done", "present", "failed"], { description });

const importEntries = defineEndpoint({
  ...extension("entries", "read"),
  summary: "List the folders and files of an import",
  description: `In the order they were found, page by page. ${OURS}`,
  request: Type.Object({
    id: importId(),
    states: Type.Optional(
      Type.Array(entryState("As in the answer."), { maxItems: 4, description: "Only these; all when left out." }),
    ),
    collisions: Type.Optional(wire.flag("1: only files whose name another content has in their folder.")),
    after: Type.Optional(Type.Integer({ minimum: 0, description: "`next` of the page before." })),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_ENTRIES,
        description: `On a page, which has fewer where paths are long; ${MOST_ENTRIES} when left out.`,
      }),
    ),
    language: wire.messageLanguage,
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    entries: Type.Array(
      Type.Object({
        path: wire.text("From the beginning of the import on, such as `2026/a.bin`."),
        is_folder: wire.flag("1: a folder."),
        state: entryState("`present`: left alone, since the same lay there."),
        size: Type.Optional(wire.sizeBytes("Bytes; absent while nobody knows.")),
        checksum: Type.Optional(wire.text("Whirlpool, where the source says.")),
        attempts: wire.count("How often it was tried."),
        message: Type.Optional(wire.text("Why it failed or is tried again.")),
        link: Type.Optional(wire.text("Link of the file that arrived.")),
        collides: Type.Optional(
          wire.flag("1: the folder here held another content of this name when it was found; both are kept."),
        ),
        maybe_present: Type.Optional(
          wire.flag(
            "1: the folder here has a file of this name that may be the same; that shows once the bytes are here.",
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
          message: "What came has another checksum than the source says; it was not kept.",
        },
      ],
    },
  },
});

const importRetry = defineEndpoint({
  ...extension("retry", "write"),
  summary: "Go on with an import that has ended",
  description:
    "One that failed or was cancelled continues where it was, and folders and files that failed are tried again; what has " +
    "arrived stays. The server forgets `source_key` and `pass` at the end of an import, so they have to be given again. " +
    `From then on the import hangs on the key that made this call. ${OURS}`,
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
  description: `It ends within seconds; what has arrived stays. ${OURS}`,
  request: Type.Object({ id: importId(), language: wire.messageLanguage, pretty: wire.pretty }),
  response: one(),
  errors: ["resourceNotFound"],
  example: exampleOfOne,
});

const importRemove = defineEndpoint({
  ...extension("remove", "write"),
  summary: "Remove an ended import from the list",
  description:
    "Only what is kept of the import, its folders and files among it: what has arrived stays. One that has not ended is " +
    `refused; cancel it first. ${OURS}`,
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
