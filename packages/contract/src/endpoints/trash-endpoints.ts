import { Type } from "../schema-builders.ts";
import { defineEndpoint, storageErrors } from "../endpoint.ts";
import * as wire from "../wire-types.ts";
import * as sample from "./example-values.ts";

const MOST_LISTED = 500;
const MOST_NAMED = 500;
const MOST_DAYS = 3650;
const LONGEST_CURSOR = 20;
const OURS = "Not part of the 1fichier.com API: `/x/v1/about` lists the extension `trash`.";

const kinds = ["folder", "file"] as const;
const kind = () =>
  Type.Unsafe<(typeof kinds)[number]>({ type: "string", enum: [...kinds], description: "What it is." });
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
  expires_at: "2026-03-02T09:20:30Z",
};

const trashList = defineEndpoint({
  operation: "trash.list",
  path: "/x/v1/trash/list",
  scope: { area: "files", right: "read" },
  summary: "List the trash",
  description:
    "Latest first. A folder that was removed with its contents is one entry. Everything in the trash counts towards " +
    "the quota; the oldest entries are deleted permanently when an upload needs the space. A key that is restricted " +
    "to a folder sees what was removed from that folder. A page may be short, or empty, before the last one: " +
    "continue while there is a `next`. " +
    OURS,
  request: Type.Object({
    cursor: Type.Optional(
      Type.String({ minLength: 1, maxLength: LONGEST_CURSOR, description: "`next` of an earlier answer." }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_LISTED,
        description: `At most this many entries; default ${MOST_LISTED}.`,
      }),
    ),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    days: days("Days the account keeps what is removed now; 0: not at all."),
    total: Type.Object({
      items: wire.count("Files and folders in the trash."),
      size: wire.sizeBytes("Their bytes, which count towards the quota."),
    }),
    entries: Type.Array(
      Type.Object({
        id: entryId(),
        kind: kind(),
        file_id: Type.Optional(wire.text("For a file, its id, which is also that of its link.")),
        folder_id: Type.Optional(wire.folderId("For a folder, its id.")),
        name: wire.text("Name."),
        path: wire.text("The folder it was in, with the names of that time, such as `/photos/2026`."),
        size: wire.sizeBytes("Bytes; for a folder, of all files in it."),
        items: wire.count("Files and folders: 1 for a file; for a folder, everything in it and itself."),
        removed_at: wire.instant("When it was removed."),
        expires_at: wire.instant("When it is removed permanently."),
        removed_by: Type.Optional(wire.text("Id of the API key that removed it; absent if a person did.")),
      }),
    ),
    next: Type.Optional(wire.text("`cursor` of the next page; absent on the last one.")),
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
    "Each entry goes back to the folder it was in, wherever that is now; a folder that is gone is created again. " +
    "Nothing is replaced: if the name is taken, the entry gets a number, such as `a (2).txt`. Links, passwords and " +
    "settings are as they were; folders keep their ids and public pages. Each entry succeeds or fails by itself; " +
    "`results` has one for each, in the same order. " +
    OURS,
  request: Type.Object({
    ids: Type.Array(entryId(), {
      minItems: 1,
      maxItems: MOST_NAMED,
      description: "Entries, by their ids in `trash/list`.",
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
        file_id: Type.Optional(wire.text("For a file, its id.")),
        folder_id: Type.Optional(wire.folderId("For a folder its own id, for a file the id of the folder it is in.")),
        name: Type.Optional(wire.text("Its name now.")),
        path: Type.Optional(wire.text("The folder it is in now.")),
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
    "Entries by their ids, or with `all` everything that the caller sees in the trash. This cannot be undone. " +
    "Entries that are already gone, or belong to somebody else, are ignored. " +
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

const trashRetention = defineEndpoint({
  operation: "trash.retention",
  path: "/x/v1/trash/retention",
  scope: { area: "account", right: "write" },
  summary: "Set how long the trash keeps what is removed",
  description:
    "Applies to what is removed from now on; what is in the trash keeps its date. Without `days` the account uses " +
    `the setting of the server again. ${OURS}`,
  request: Type.Object({
    days: Type.Optional(days("Days; 0: what is removed is deleted at once and cannot be restored.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({ status: wire.ok(), days: days("The days now in force.") }),
  errors: [...storageErrors],
  example: { request: { days: 7 }, response: { ...sample.ok, days: 7 } },
});

export const trashEndpoints = { trashList, trashRestore, trashRemove, trashRetention };
