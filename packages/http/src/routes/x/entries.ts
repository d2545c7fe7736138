import { endpoints, type EntryStatRequest, type FolderListRequest, instantIn, thumbnailUrl } from "@consigne/contract";
import type {
  Actor,
  EdgeServices,
  EntryFile,
  EntryOrder,
  EntryQuery,
  EntryReference,
  FolderPlace,
} from "@consigne/core";
import type { EdgeSettings } from "../../edge-settings.ts";
import type { Caller } from "../../wire/caller.ts";
import { RequestError } from "../../wire/error-answer.ts";
import type { JsonEndpoints } from "../../wire/json-endpoint.ts";
import { cursorText, readCursor, sharedRightOf, wireEntryOf, wireId, wirePlace } from "../../wire/wire-entries.ts";
import { fileReference, folderReference } from "../../wire/wire-files.ts";

type Services = Pick<EdgeServices, "entries" | "thumbnails">;

interface Asked {
  actor: Actor;
  caller: Pick<Caller, "face">;
  input: { thumbnails?: 0 | 1 | undefined };
}

const MOST_ENTRIES = 500;
const MOST_FOUND = 100;
/** Search results are ordered by name. */
const byName: EntryOrder = { sort: "name", isDescending: false };

/** Folders and files together, as the console and scripts need them. */
export function addEntryCalls(
  json: JsonEndpoints,
  { entries, thumbnails }: Services,
  { clock, downloadUrl }: Pick<EdgeSettings, "clock" | "downloadUrl">,
): void {
  const toWireFor = async ({ actor, caller, input }: Asked) => {
    const addressOf = input.thumbnails === 1 ? await thumbnails.addresser(actor) : () => undefined;
    const thumbnailOf = (file: EntryFile) => {
      const text = addressOf(file);
      return text === undefined ? undefined : thumbnailUrl(caller.face, text, downloadUrl);
    };
    return wireEntryOf(caller.face, actor, { thumbnailOf, now: clock.now() });
  };
  json.add({
    endpoint: endpoints.folderList,
    handle: async ({ actor, caller, input, reader }) => {
      const query = queryOf(input);
      const page = await entries.list(actor, placeOf(input), query, reader());
      return {
        status: "OK" as const,
        folder_id: page.isRoot ? 0 : page.folder.id,
        total: page.totals,
        entries: page.entries.map(await toWireFor({ actor, caller, input })),
        ...sharedRightOf(page.shared),
        ...(page.next === undefined ? {} : { next: cursorText(page.next, query) }),
      };
    },
  });
  json.add({
    endpoint: endpoints.entryStat,
    handle: async ({ actor, caller, input }) => {
      const { entry, above, shared } = await entries.describe(actor, referenceOf(input));
      return {
        status: "OK" as const,
        entry: (await toWireFor({ actor, caller, input }))(entry),
        ancestors: above.map((folder) => wirePlace(actor, folder)),
        ...sharedRightOf(shared),
      };
    },
  });
  json.add({
    endpoint: endpoints.entrySearch,
    handle: async ({ actor, caller, input, reader }) => {
      const after = input.cursor === undefined ? undefined : readCursor(input.cursor, byName);
      if (typeof after === "number") throw new RequestError("badRequest", "This cursor is not from a search.");
      const query = { text: input.text, after, limit: input.limit ?? MOST_FOUND };
      const { found, count, hasMore, next } = await entries.search(actor, placeOf(input), query, reader());
      const toWire = await toWireFor({ actor, caller, input });
      return {
        status: "OK" as const,
        count,
        has_more: hasMore ? (1 as const) : (0 as const),
        matches: found.map(({ entry, folderId, path }) => ({
          path: `/${path.join("/")}`,
          folder_id: wireId(actor, folderId),
          entry: toWire(entry),
        })),
        ...(next === undefined ? {} : { next: cursorText(next, byName) }),
      };
    },
  });
}

function referenceOf({ folder_id: folderId, file_id: fileId, path }: EntryStatRequest): EntryReference {
  if ([folderId, fileId, path].filter((each) => each !== undefined).length > 1)
    throw new RequestError("badRequest", "Give one of folder_id, file_id and path.");
  if (path !== undefined) return { path };
  return fileId === undefined ? { folder: folderReference(folderId) } : fileReference(fileId);
}

function placeOf(input: { folder_id?: number | undefined; path?: string | undefined }): FolderPlace {
  if (input.path === undefined) return folderReference(input.folder_id);
  if (input.folder_id !== undefined) throw new RequestError("badRequest", "Give either folder_id or path.");
  return { path: input.path };
}

function queryOf(input: FolderListRequest): EntryQuery {
  const { offset, cursor, limit = MOST_ENTRIES, name, kind, file_kind: fileKind } = input;
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
      kind,
      fileKind,
      createdAfter: input.newer_than === undefined ? undefined : instantIn(input.newer_than),
      createdBefore: input.older_than === undefined ? undefined : instantIn(input.older_than),
    },
  };
}
