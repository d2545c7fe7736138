import { type Entry, type FileItem, type FolderView, listEntries } from "../api/entries.ts";

/** The number of entries changed in one call. */
const PART = 500;

/** The entries for an action: known ones, or everything in a folder with exceptions, which is read on demand. */
export interface Chosen {
  readonly count: number;
  /** In list order; for a whole folder, those that are loaded anyway. */
  readonly known: readonly Entry[];
  /** The entry, if it is a single one. */
  readonly only: Entry | undefined;
  /** Everything in the current folder. */
  readonly isWholeFolder: boolean;
  has(key: string): boolean;
  /** Whether there are any of this kind; for a whole folder that is unknown, so there may be. */
  mayHave(kind: Entry["kind"]): boolean;
  /** All of them, in portions. */
  parts(): AsyncIterable<readonly Entry[]>;
}

/** A clipboard can handle this many, and a user who requested it by mistake does not wait too long. */
export const MOST_FILES = 10_000;

/** The files among them; undefined if more than that are selected. */
export async function filesIn(chosen: Chosen): Promise<FileItem[] | undefined> {
  if (chosen.count > MOST_FILES) return undefined;
  const files: FileItem[] = [];
  for await (const part of chosen.parts()) files.push(...part.filter((entry) => entry.kind === "file"));
  return files;
}

export function chosenOf(entries: readonly Entry[]): Chosen {
  const keys = new Set(entries.map(({ key }) => key));
  return {
    count: entries.length,
    known: entries,
    only: entries.length === 1 ? entries[0] : undefined,
    isWholeFolder: false,
    has: (key) => keys.has(key),
    mayHave: (wanted) => entries.some(({ kind }) => kind === wanted),
    async *parts() {
      for (let begin = 0; begin < entries.length; begin += PART) yield entries.slice(begin, begin + PART);
    },
  };
}

/** Everything in a view of a folder, however much, except some entries. */
export function allBut(
  view: FolderView,
  { count, known, left }: { count: number; known: readonly Entry[]; left: ReadonlyMap<string, Entry> },
): Chosen {
  return {
    count,
    known,
    only: undefined,
    isWholeFolder: left.size === 0 && view.filter === "",
    has: (key) => !left.has(key),
    mayHave: () => true,
    async *parts() {
      let part: Entry[] = [];
      for await (const entry of listEntries(view)) {
        if (left.has(entry.key)) continue;
        part.push(entry);
        if (part.length < PART) continue;
        yield part;
        part = [];
      }
      if (part.length > 0) yield part;
    },
  };
}
