import { Type } from "../schema-builders.ts";
import { defineEndpoint, storageErrors } from "../endpoint.ts";
import * as wire from "../wire-types.ts";
import * as sample from "./example-values.ts";

const MOST_LISTED = 500;
const MOST_NAMED = 500;
const MOST_DAYS = 3650;
const LONGEST_CURSOR = 20;
const OURS = "Not part of the 1fichier.com API: `/x/v1/about` names the extension `trash`.";

const kinds = ["folder", "file"] as const;
const kind = () =>
  Type.Unsafe<(typeof kinds)[number]>({ type: "string", enum: [...kinds], description: "Which it is." });
const entryId = () =>
  Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: "Id of the entry in the trash." });
const days = (description: string) => Type.Integer({ minimum: 0, maximum: MOST_DAYS, description });

const sampleEntry = {
  id: 12,
  kind: "file",
  file_id: "abcdefghij0123456789",
  name: "a.bin",
  path: "/docs",
  size: 12_345,
  items: 1,
  removed_at: "2026-01-31T09:20:30Z",
  ends_at: "2026-03-02T09:20:30Z",
};

const trashList = defineEndpoint({
  operation: "trash.list",
  path: "/x/v1/trash/list",
  scope: { area: "files", right: "read" },
  summary: "List what was removed and can be restored",
  description:
    "The latest first. A folder that was removed with its contents is one entry. Everything in the trash counts towards the " +
    "quota; the oldest entries are removed for good when an upload needs their room. A key with a folder sees what lay in " +
    "that folder. A page may be short, or empty, before the last one: go on while there is a `next`. " +
    OURS,
  request: Type.Object({
    cursor: Type.Optional(
      Type.String({ minLength: 1, maxLength: LONGEST_CURSOR, description: "`next` of an earlier answer." }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MOST_LISTED, description: `Most entries; ${MOST_LISTED} when left out.` }),
    ),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    days: days("How many days the account keeps what is removed now; 0: not at all."),
    total: Type.Object({
      items: wire.count("Files and folders in the trash."),
      size: wire.sizeBytes("Their bytes, which count towards the quota."),
    }),
    entries: Type.Array(
      Type.Object({
        id: entryId(),
        kind: kind(),
        file_id: Type.Optional(wire.text("Of a file, its id, which is also that of its link.")),
        folder_id: Type.Optional(wire.folderId("Of a folder, its id.")),
        name: wire.text("Name."),
        path: wire.text("The folder in which it lay, by the names of that time, such as `/photos/2026`."),
        size: wire.sizeBytes("Bytes; of a folder those of all files in it."),
        items: wire.count("Files and folders: 1 for a file; of a folder all that lay in it, and itself."),
        removed_at: wire.instant("When it was removed."),
        ends_at: wire.instant("When it is removed for good."),
        removed_by: Type.Optional(wire.text("Id of the API key that removed it; absent where a person did.")),
      }),
    ),
    next: Type.Optional(wire.text("`cursor` of the entries that follow; absent at the end.")),
  }),
  errors: [],
  example: {
    request: {},
    response: { ...sample.ok, days: 30, total: { items: 1, size: 12_345 }, entries: [sampleEntry] },
  },
});

const trashRestore = defineEndpoint({
  operation: "trash.restore",
  path: "/x/v1/trash/restore",
  scope: { area: "files", right: "write" },
  summary: "Restore from the trash",
  description:
    "Each entry goes back to the folder in which it lay, wherever that is by now; a folder that is gone is made again. Nothing " +
    "is replaced: where the name is taken, the entry gets a number, such as `a (2).txt`. Links, passwords and settings are as " +
    "they were, folders keep their ids and public pages. Each entry succeeds or fails by itself; `results` has one for each, " +
    "in the same order. " +
    OURS,
  request: Type.Object({
    ids: Type.Array(entryId(), {
      minItems: 1,
      maxItems: MOST_NAMED,
      description: "Entries, as `trash/list` names them.",
    }),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    results: Type.Array(
      Type.Object({
        id: entryId(),
        outcome: Type.Enum(["done", "failed"], { description: "`failed`: see `error`." }),
        kind: Type.Optional(kind()),
        file_id: Type.Optional(wire.text("Of a file, its id.")),
        folder_id: Type.Optional(wire.folderId("Of a folder its own id, of a file that of the folder it lies in.")),
        name: Type.Optional(wire.text("Its name now.")),
        path: Type.Optional(wire.text("The folder in which it lies now.")),
        error: Type.Optional(wire.refusal()),
      }),
    ),
  }),
  errors: [...storageErrors],
  limits: [`At most ${MOST_NAMED} entries a call.`],
  example: {
    request: { ids: [12] },
    response: {
      ...sample.ok,
      results: [
        {
          id: 12,
          outcome: "done",
          kind: "file",
          file_id: "abcdefghij0123456789",
          folder_id: 7,
          name: "a.bin",
          path: "/docs",
        },
      ],
    },
  },
});

const trashRemove = defineEndpoint({
  operation: "trash.remove",
  path: "/x/v1/trash/remove",
  scope: { area: "files", right: "write" },
  summary: "Remove from the trash for good",
  description:
    "Entries by their ids, or with `all` everything that the caller sees in the trash. This cannot be undone. Entries that are " +
    "gone already, or belong to somebody else, are left out. " +
    OURS,
  request: Type.Object({
    ids: Type.Optional(Type.Array(entryId(), { minItems: 1, maxItems: MOST_NAMED, description: "Entries." })),
    all: Type.Optional(wire.flag("1: empty the trash, in place of `ids`.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), removed: wire.count("Entries removed.") }),
  errors: [],
  limits: [`At most ${MOST_NAMED} entries a call.`],
  example: { request: { ids: [12] }, response: { ...sample.ok, removed: 1 } },
});

const trashKeep = defineEndpoint({
  operation: "trash.keep",
  path: "/x/v1/trash/keep",
  scope: { area: "account", right: "write" },
  summary: "Set how long the trash keeps what is removed",
  description:
    "For what is removed from now on; what lies in the trash keeps its end. Without `days` the account follows the setting of " +
    `the server again. ${OURS}`,
  request: Type.Object({
    days: Type.Optional(days("Days; 0: what is removed goes at once and cannot be restored.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), days: days("The days in force now.") }),
  errors: [...storageErrors],
  example: { request: { days: 7 }, response: { ...sample.ok, days: 7 } },
});

export const trashEndpoints = { trashList, trashRestore, trashRemove, trashKeep };
