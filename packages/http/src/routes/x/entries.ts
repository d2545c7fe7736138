import { endpoints, type FolderListRequest, instantIn } from "@consigne/contract";
import type { DoorServices, EntryOrder, EntryQuery, FolderPlace } from "@consigne/core";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { cursorText, readCursor, wireEntryOf } from "../../wire/wire-entries.ts";
import { folderReference } from "../../wire/wire-files.ts";

type Services = Pick<DoorServices, "entries">;

const MOST_ENTRIES = 500;

/** Folders and files together, as the console and scripts look at them. */
export function addEntryCalls(json: JsonEndpoints, { entries }: Services): void {
  json.add({
    endpoint: endpoints.folderList,
    handle: async ({ actor, caller, input, gone }) => {
      const query = queryOf(input);
      const page = await entries.list(actor, placeOf(input), query, gone());
      return {
        status: "OK" as const,
        folder_id: page.isRoot ? 0 : page.folder.id,
        total: page.totals,
        entries: page.entries.map(wireEntryOf(caller.face, actor)),
        ...(page.next === undefined ? {} : { next: cursorText(page.next, query) }),
      };
    },
  });
}

function placeOf(input: { folder_id?: number | undefined; path?: string | undefined }): FolderPlace {
  if (input.path === undefined) return folderReference(input.folder_id);
  if (input.folder_id !== undefined) throw new RequestError("badRequest", "Give either folder_id or path.");
  return { path: input.path };
}

function queryOf(input: FolderListRequest): EntryQuery {
  const { offset, cursor, limit = MOST_ENTRIES, name, file_kind: fileKind } = input;
  const order: EntryOrder = { sort: input.sort ?? "name", isDescending: input.order === "desc" };
  if (offset !== undefined && cursor !== undefined) {
    throw new RequestError("badRequest", "Give either offset or cursor.");
  }
  return {
    ...order,
    start: cursor === undefined ? (offset ?? 0) : readCursor(cursor, order),
    limit,
    filter: {
      namePart: name,
      fileKind,
      createdAfter: input.newer_than === undefined ? undefined : instantIn(input.newer_than),
      createdBefore: input.older_than === undefined ? undefined : instantIn(input.older_than),
    },
  };
}
