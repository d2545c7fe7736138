import type { ApiCaller, CallAnswer, CallOptions } from "../calls/api-caller.ts";
import { refusedPart } from "../calls/json-answer.ts";
import type { RefusedPart } from "../errors.ts";
import { goneAreDone } from "./repeated-calls.ts";
import { present } from "./wire-values.ts";

/** What was removed and can be restored: a file, or a folder with all that lay in it. */
export interface TrashEntry {
  id: number;
  kind: "folder" | "file";
  /** Of a file, its id; undefined for a folder. */
  fileId: string | undefined;
  /** Of a folder, its id; undefined for a file. */
  folderId: number | undefined;
  name: string;
  /** The folder in which it lay, such as `/photos/2026`. */
  path: string;
  sizeBytes: number;
  /** Files and folders: 1 for a file. */
  itemCount: number;
  removedAt: Date;
  /** When it is removed for good. */
  endsAt: Date;
  /** Id of the API key that removed it; undefined where a person did. */
  removedBy: string | undefined;
}

export interface TrashPage {
  /** The latest first. */
  entries: TrashEntry[];
  /** Of the whole trash; its bytes count towards the quota. */
  total: { items: number; sizeBytes: number };
  /** How many days the account keeps what is removed now; 0: not at all. */
  days: number;
  /** `cursor` of the page that follows; undefined at the end. */
  next: string | undefined;
}

/** Where the answer that told more was lost, no more is known than that it is back. */
export interface RestoredEntry {
  id: number;
  outcome: "done" | "failed";
  kind: "folder" | "file" | undefined;
  fileId: string | undefined;
  /** Of a folder its own id, of a file that of the folder it lies in. */
  folderId: number | undefined;
  /** Another than before where that was taken. */
  name: string | undefined;
  /** The folder in which it lies now. */
  path: string | undefined;
  /** Why it failed, as a call refused alike would say. */
  error: RefusedPart | undefined;
}

const MOST_NAMED = 500;

/** What was removed and can be restored. Servers of Consigne have this. */
export class Trash {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  /** Everything in the trash, the latest first, read page by page. */
  async *list(options: CallOptions = {}): AsyncGenerator<TrashEntry, void, undefined> {
    for (let cursor: string | undefined; ;) {
      const page = await this.page({ ...options, cursor });
      yield* page.entries;
      if (page.next === undefined) return;
      cursor = page.next;
    }
  }

  /** Some of what lies in the trash, and how much there is. A page may be short before the last one. */
  async page(
    options: CallOptions & { cursor?: string | undefined; limit?: number | undefined } = {},
  ): Promise<TrashPage> {
    const { cursor, limit, ...callOptions } = options;
    const answer = await this.#caller.call("trashList", present({ cursor, limit }), callOptions);
    const { items, size: sizeBytes } = answer.total;
    return { entries: answer.entries.map(toEntry), total: { items, sizeBytes }, days: answer.days, next: answer.next };
  }

  /**
   * Puts entries back where they lay, in the order given. Nothing is replaced: where a name is taken, the entry gets a
   * number. Each succeeds or fails by itself; the answer tells of each.
   */
  async restore(ids: readonly number[], options: CallOptions = {}): Promise<RestoredEntry[]> {
    const all: RestoredEntry[] = [];
    for (let begin = 0; begin < ids.length; begin += MOST_NAMED) {
      const some = ids.slice(begin, begin + MOST_NAMED);
      const results = await goneAreDone(
        options,
        async (told) => (await this.#caller.call("trashRestore", { ids: some }, told)).results,
        () => true,
      );
      all.push(...results.map((each, index) => toRestored({ id: some[index] ?? 0, ...each })));
    }
    return all;
  }

  /** Removes entries for good; returns how many there were. This cannot be undone. */
  async remove(ids: readonly number[], options: CallOptions = {}): Promise<number> {
    let removed = 0;
    for (let begin = 0; begin < ids.length; begin += MOST_NAMED) {
      const some = ids.slice(begin, begin + MOST_NAMED);
      removed += (await this.#caller.call("trashRemove", { ids: some }, options)).removed;
    }
    return removed;
  }

  /** Removes everything in the trash for good; returns how many entries there were. This cannot be undone. */
  async empty(options: CallOptions = {}): Promise<number> {
    return (await this.#caller.call("trashRemove", { all: 1 }, options)).removed;
  }

  /**
   * Sets how many days the trash keeps what is removed from now on; 0: not at all, undefined: as the server does.
   * Returns the days in force.
   */
  async keepFor(days: number | undefined, options: CallOptions = {}): Promise<number> {
    return (await this.#caller.call("trashKeep", present({ days }), options)).days;
  }
}

function toEntry(raw: CallAnswer<"trashList">["entries"][number]): TrashEntry {
  return {
    id: raw.id,
    kind: raw.kind,
    fileId: raw.file_id,
    folderId: raw.folder_id,
    name: raw.name,
    path: raw.path,
    sizeBytes: raw.size,
    itemCount: raw.items,
    removedAt: new Date(raw.removed_at),
    endsAt: new Date(raw.ends_at),
    removedBy: raw.removed_by,
  };
}

type WireRestored = CallAnswer<"trashRestore">["results"][number];

function toRestored(raw: Pick<WireRestored, "id" | "outcome"> & Partial<WireRestored>): RestoredEntry {
  const { id, outcome, kind, file_id: fileId, folder_id: folderId, name, path, error } = raw;
  return { id, outcome, kind, fileId, folderId, name, path, error: refusedPart(error) };
}
