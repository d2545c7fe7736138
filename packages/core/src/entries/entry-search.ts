import { ArgumentError } from "../errors.ts";
import type { ManyFilesPlaces } from "../files/many-files-places.ts";
import { AncestryMemory } from "../folders/ancestry-memory.ts";
import { namesBelow } from "../folders/folder-access.ts";
import type { AccountActor, Actor } from "../policy/actor.ts";
import { type Reader, readerNow, ReadingRight } from "../policy/reading-right.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import { admitToPlace, type FolderPlace } from "./entry-place.ts";
import { type EntryCursor, positionOf } from "./entry-position.ts";
import type { EntryPosition, SearchStep } from "./entry-repository.ts";
import type { CountedFolder, Entry, EntryFile } from "./entry.ts";
import { foldedName } from "./sort-name.ts";

const MOST_WORDS = 10;
/** Nobody reads more results, and counting all of a million takes long. */
const MOST_COUNTED = 1000;

export interface SearchQuery {
  /** Words that must all appear in the name. */
  readonly text: string;
  readonly after: EntryCursor | undefined;
  readonly limit: number;
}

export interface FoundEntry {
  readonly entry: Entry;
  /** The folder it is in. */
  readonly folderId: number;
  /** Names of the parent folders, from below the root that the caller sees. */
  readonly path: readonly string[];
}

export interface FoundEntries {
  /** Folders before files, by name. */
  readonly found: readonly FoundEntry[];
  /** Counted from the first result, up to `MOST_COUNTED`. */
  readonly count: number;
  /** There are more results than were counted. */
  readonly hasMore: boolean;
  readonly next: EntryCursor | undefined;
}

/** The folder to search, and its owner. */
interface Place {
  readonly actor: AccountActor;
  readonly folderId: number;
}

/** Searches all names of an account, step by step. */
export class EntrySearch {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #walks: ManyFilesPlaces;

  constructor(input: { database: Database; clock: Clock; walks: ManyFilesPlaces }) {
    this.#database = input.database;
    this.#clock = input.clock;
    this.#walks = input.walks;
  }

  /** @throws as `EntryService.search` */
  async find(actor: Actor, where: FolderPlace, query: SearchQuery, { signal, needs }: Reader): Promise<FoundEntries> {
    const parts = wordsOf(query.text);
    const rows = this.#database;
    const { folder } = await admitToPlace(rows, actor, where, this.#clock.now());
    const admitAgain = async () => {
      const now = this.#clock.now();
      return admitToPlace(rows, await readerNow(rows, actor, needs, now), folder.id, now);
    };
    const right = new ReadingRight(this.#clock, signal, admitAgain);
    using held = new DisposableStack();
    held.use(await this.#walks.take(actor, Infinity, signal));
    const place = { actor: (await admitAgain()).actor, folderId: folder.id };
    const found: FoundEntry[] = [];
    let count = 0;
    for await (const some of this.#all(place, parts, query.after)) {
      await right.readOn();
      found.push(...some.slice(0, query.limit - found.length));
      count += some.length;
      if (count > MOST_COUNTED) break;
    }
    const last = count > found.length ? found.at(-1)?.entry : undefined;
    return {
      found,
      count: Math.min(count, MOST_COUNTED),
      hasMore: count > MOST_COUNTED,
      next: last === undefined ? undefined : { kind: last.kind, ...positionOf(last, "name") },
    };
  }

  async *#all(place: Place, parts: readonly string[], after: EntryCursor | undefined): AsyncGenerator<FoundEntry[]> {
    const { entries } = this.#database;
    const { id } = place.actor.account;
    if (after?.kind !== "file") {
      const look = (from: EntryPosition | undefined) => entries.searchFolders(id, { parts, after: from });
      for await (const folders of steps(look, after))
        yield this.#within(place, folders, (folder) => ({ kind: "folder", folder }));
    }
    const look = (from: EntryPosition | undefined) => entries.searchFiles(id, { parts, after: from });
    for await (const files of steps(look, after?.kind === "file" ? after : undefined))
      yield this.#within(place, files, (file) => ({ kind: "file", file }));
  }

  /** Keeps results below the searched folder, with their paths. */
  async #within<Each extends CountedFolder | EntryFile>(
    { actor, folderId }: Place,
    found: readonly Each[],
    toEntry: (each: Each) => Entry,
  ): Promise<FoundEntry[]> {
    const folders = new AncestryMemory(this.#database.folders);
    const parentOf = (each: Each) => ("parentId" in each ? each.parentId : each.folderId);
    await folders.readAhead(found.flatMap((each) => parentOf(each) ?? []));
    const within: FoundEntry[] = [];
    for (const each of found) {
      const parentId = parentOf(each);
      if (parentId === undefined) continue;
      const ancestry = await folders.listAncestry(parentId);
      if (!ancestry.some(({ id }) => id === folderId)) continue;
      within.push({ entry: toEntry(each), folderId: parentId, path: namesBelow(ancestry, actor.rootFolderId) });
    }
    return within;
  }
}

async function* steps<Each>(
  look: (after: EntryPosition | undefined) => Promise<SearchStep<Each>>,
  begin: EntryPosition | undefined,
): AsyncGenerator<Each[]> {
  for (let after = begin; ;) {
    const { found, next } = await look(after);
    yield found;
    if (next === undefined) return;
    after = next;
  }
}

function wordsOf(text: string): string[] {
  const words = [...new Set(foldedName(text).split(/\s+/u))].filter((word) => word !== "");
  if (words.length === 0 || words.length > MOST_WORDS)
    throw new ArgumentError("too-many-search-words", `A search takes 1 to ${MOST_WORDS} words.`, MOST_WORDS);
  return words;
}
