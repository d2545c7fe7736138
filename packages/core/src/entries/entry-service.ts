import { ManyFilesPlaces } from "../files/many-files-places.ts";
import { type AdmittedFolder, isActorsRoot } from "../folders/folder-access.ts";
import type { Folder } from "../folders/folder.ts";
import type { Actor } from "../policy/actor.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import { admitToPlace, type FolderPlace } from "./entry-place.ts";
import type { EntryCondition, EntryPosition } from "./entry-repository.ts";
import type { Entry, EntryOrder } from "./entry.ts";
import { type FileKind, fileKinds } from "./file-kinds.ts";
import { foldedName, sortName } from "./sort-name.ts";

/** Listings that look at fewer entries than this wait for no others. */
const FEW_ENTRIES = 20_000;

export interface EntryFilter {
  /** Part of a name; case and accents do not count. */
  readonly namePart?: string | undefined;
  /** Only files, and of this kind. */
  readonly fileKind?: FileKind | undefined;
  /** Inclusive. */
  readonly createdAfter?: Date | undefined;
  /** Exclusive. */
  readonly createdBefore?: Date | undefined;
}

/** An entry, for a listing to go on after it. */
export interface EntryCursor extends EntryPosition {
  readonly kind: Entry["kind"];
}

export interface EntryQuery extends EntryOrder {
  readonly filter: EntryFilter;
  /** So many entries are passed over, or all up to the one that a cursor tells. */
  readonly start: number | EntryCursor;
  readonly limit: number;
}

export interface EntryPage {
  readonly folder: Folder;
  readonly isRoot: boolean;
  /** Of all entries, or of those that the filter lets through. */
  readonly totals: { readonly folders: number; readonly files: number };
  /** Folders come before files. */
  readonly entries: readonly Entry[];
  /** Undefined at the end. */
  readonly next: EntryCursor | undefined;
}

/** Folders and files together, as people look at them. */
export class EntryService {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #walks = new ManyFilesPlaces();

  constructor(input: { database: Database; clock: Clock }) {
    this.#database = input.database;
    this.#clock = input.clock;
  }

  /**
   * What lies directly in a folder, from any place on.
   * @throws {DomainError} `folder-not-found`, `too-busy` where many entries have to be looked at and too many others wait
   * @throws the reason of `signal`
   */
  async list(actor: Actor, place: FolderPlace, query: EntryQuery, signal?: AbortSignal): Promise<EntryPage> {
    const admitted = await admitToPlace(this.#database, actor, place, this.#clock.now());
    const { id } = admitted.folder;
    const condition = conditionOf(query.filter);
    if (condition === undefined) return this.#page(admitted, query, condition);
    using held = new DisposableStack();
    const { fileCount, folderCount } = await this.#database.folders.getCounters(id);
    if (fileCount + folderCount > FEW_ENTRIES) {
      held.use(await this.#walks.take(actor, Infinity, signal));
      await admitToPlace(this.#database, actor, id, this.#clock.now());
    }
    return await this.#page(admitted, query, condition);
  }

  async #page(admitted: AdmittedFolder, query: EntryQuery, condition: EntryCondition | undefined): Promise<EntryPage> {
    const { entries: rows } = this.#database;
    const { start, limit, sort, isDescending, filter } = query;
    const { id } = admitted.folder;
    const order = { sort, isDescending, condition };
    const cursor = typeof start === "number" ? undefined : start;
    const skip = typeof start === "number" ? start : 0;
    const folders =
      filter.fileKind === undefined
        ? await rows.listFolders(id, {
            ...order,
            after: cursor?.kind === "folder" ? cursor : undefined,
            skip,
            limit: cursor?.kind === "file" ? 0 : limit,
          })
        : { total: 0, entries: [] };
    const files = await rows.listFiles(id, {
      ...order,
      after: cursor?.kind === "file" ? cursor : undefined,
      skip: Math.max(0, skip - folders.total),
      limit: limit - folders.entries.length,
    });
    const entries: Entry[] = [
      ...folders.entries.map((folder) => ({ kind: "folder", folder }) as const),
      ...files.entries.map((file) => ({ kind: "file", file }) as const),
    ];
    const totals = { folders: folders.total, files: files.total };
    const isEnd = cursor === undefined && skip + entries.length >= totals.folders + totals.files;
    const last = entries.length < limit || isEnd ? undefined : entries.at(-1);
    const next = last === undefined ? undefined : cursorAt(last, query);
    return { folder: admitted.folder, isRoot: isActorsRoot(admitted), totals, entries, next };
  }
}

function conditionOf({ namePart, fileKind, createdAfter, createdBefore }: EntryFilter): EntryCondition | undefined {
  const condition = {
    ...(namePart === undefined ? {} : { namePart: foldedName(namePart) }),
    ...(fileKind === undefined ? {} : { contentTypes: fileKinds[fileKind] }),
    ...(createdAfter === undefined ? {} : { createdAfter }),
    ...(createdBefore === undefined ? {} : { createdBefore }),
  };
  return Object.keys(condition).length === 0 ? undefined : condition;
}

function cursorAt(entry: Entry, { sort }: EntryOrder): EntryCursor {
  if (entry.kind === "folder") {
    const { id, name, createdAt } = entry.folder;
    return { kind: "folder", id, key: sort === "date" ? createdAt.getTime() : sortName(name) };
  }
  const { id, name, createdAt, sizeBytes, downloads } = entry.file;
  const keys = { name: sortName(name), date: createdAt.getTime(), size: sizeBytes, downloads };
  return { kind: "file", id, key: keys[sort] };
}
