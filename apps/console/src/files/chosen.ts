import { type Entry, type FileItem, type FolderView, listEntries } from "../api/entries.ts";

/** As many as are changed in one call. */
const PART = 500;

/** What something is done with: entries that are known, or all of a folder but some, which are read when they are needed. */
export interface Chosen {
  readonly count: number;
  /** In the order of the list; of a whole folder, those that are there anyway. */
  readonly known: readonly Entry[];
  /** The only one. */
  readonly only: Entry | undefined;
  /** Everything in the folder that is shown. */
  readonly isWholeFolder: boolean;
  has(key: string): boolean;
  /** Whether some are of this kind; of a whole folder it is not known, so some may be. */
  mayHave(kind: Entry["kind"]): boolean;
  /** All of them, some at a time. */
  parts(): AsyncIterable<readonly Entry[]>;
}

/** As many as a clipboard takes well, and whoever asks for it by mistake waits for. */
export const MOST_FILES = 10_000;

/** The files among them; undefined where more than that are chosen. */
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

/** All that a view of a folder shows, however many, but those that were taken out. */
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
