import { keepPreviousData, useQueries, type QueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import type { SharedRight } from "@consigne/sdk";
import { type Entry, FolderGoneError, type FolderPart, type FolderView, listFolder } from "../api/entries.ts";
import { keyOfPlace } from "../api/place.ts";
import { SEARCHES } from "../api/search.ts";
import { VERSIONS } from "../api/versions.ts";

/** Entries requested at once. */
const PART = 200;
/** Parts that are requested again after a change: those viewed last. */
const MOST_PARTS = 12;
/**
 * Parts that are kept: the others are loaded again when somebody views them, so that a long list takes no more memory.
 */
const MOST_KEPT = 60;
/** For a part that nobody is viewing any more. */
const UNSEEN_MS = 30_000;
/** The most entries that the server returns at once. */
const MOST_AT_ONCE = 500;

export interface FolderData {
  /** Undefined until the first part is loaded. */
  total: number | undefined;
  folderId: number | undefined;
  /** What the user may do in it, as last reported; undefined for the user's own. */
  shared: SharedRight | undefined;
  /** Undefined if the part is not loaded yet. */
  entryAt(index: number): Entry | undefined;
  /** The loaded list has another order or filter than the view; the right one is being loaded. */
  isBehind: boolean;
  /** Every entry of the list is loaded, according to the server's last answer. */
  isWhole: boolean;
  /** Among the loaded ones. */
  indexOf(key: string): number | undefined;
  /** The entries of the last answers. */
  entriesInSight(): readonly Entry[];
  /** Requests the parts that contain these positions. */
  need(first: number, last: number): void;
  error: Error | null;
  retry(): void;
}

const keyOf = ({ place, sort, order, filter, kind }: FolderView, part: number) =>
  ["folder", keyOfPlace(place), sort, order, filter, kind, part] as const;

/** Requests a part of a view; concurrent requests share the answer. */
export const partQuery = (view: FolderView, part: number) => ({
  queryKey: keyOf(view, part),
  queryFn: () => listFolder(view, { offset: part * PART, limit: PART }),
});

/** A folder of which only viewed parts are loaded. Its length is known from the first part on. */
export function useFolder(view: FolderView): FolderData {
  const [parts, setParts] = useState<readonly number[]>([0]);
  const results = useQueries({
    queries: parts.map((part, at) => ({
      ...partQuery(view, part),
      placeholderData: keepPreviousData,
      gcTime: UNSEEN_MS,
      // The last parts are refreshed; the others keep their data until somebody views them.
      enabled: at >= parts.length - MOST_PARTS,
    })),
  });
  const need = useCallback((first: number, last: number) => {
    const wanted = range(Math.floor(first / PART), Math.floor(last / PART));
    setParts((known) => {
      if (wanted.every((part) => known.slice(-wanted.length).includes(part))) return known;
      const others = known.filter((part) => !wanted.includes(part));
      return [...others, ...wanted].slice(-MOST_KEPT);
    });
  }, []);
  const fresh = new Map(parts.map((part, at) => [part, results[at]?.data]));
  // The last ones are those that are refreshed.
  const latest = results.findLast(({ data }) => data !== undefined)?.data;
  // No longer shared, or removed: the entries shown are gone as well.
  const gone = results.find((each) => each.error instanceof FolderGoneError)?.error ?? null;
  const error = latest === undefined ? (results.find((each) => each.error !== null)?.error ?? null) : gone;
  const { loaded, known } = usePrevious({ loaded: fresh, known: latest }, error === null);
  const count = [...loaded.values()].reduce((sum, part) => sum + (part?.entries.length ?? 0), 0);
  return {
    isBehind: latest === undefined && known !== undefined,
    isWhole:
      count === known?.total && latest !== undefined && results.every(({ isPlaceholderData }) => !isPlaceholderData),
    total: known?.total,
    folderId: known?.folderId,
    shared: known?.shared,
    entryAt: (index) => loaded.get(Math.floor(index / PART))?.entries[index % PART],
    indexOf: (key) => findIn(loaded, key),
    entriesInSight: () => known?.entries ?? [],
    need,
    error,
    retry: () => void Promise.all(results.map(({ refetch }) => refetch())),
  };
}

interface Loaded {
  loaded: ReadonlyMap<number, FolderPart | undefined>;
  known: FolderPart | undefined;
}

/** Until the list in another order is loaded, the previous one stays, and with it the focus. */
function usePrevious(current: Loaded, mayStay: boolean): Loaded {
  const [stored, keep] = useState(current);
  const { known } = current;
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- what else there is of a list is there with its latest answer
  useEffect(() => {
    if (known !== undefined) keep(current);
  }, [known]);
  return known === undefined && mayStay ? stored : current;
}

const placesByPart = new WeakMap<readonly Entry[], ReadonlyMap<string, number>>();

/** Computed once for each loaded list. */
function placesIn(entries: readonly Entry[]): ReadonlyMap<string, number> {
  const known = placesByPart.get(entries);
  if (known !== undefined) return known;
  const places = new Map(entries.map(({ key }, place) => [key, place]));
  placesByPart.set(entries, places);
  return places;
}

function findIn(loaded: ReadonlyMap<number, FolderPart | undefined>, key: string): number | undefined {
  for (const [part, data] of loaded) {
    const place = data === undefined ? undefined : placesIn(data.entries).get(key);
    if (place !== undefined) return part * PART + place;
  }
  return undefined;
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);

/** The entries between two positions, if all of them are loaded. */
export function entriesThere(data: FolderData, first: number, last: number): Entry[] | undefined {
  const entries: Entry[] = [];
  for (let index = first; index <= last; index += 1) {
    const entry = data.entryAt(index);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  return entries;
}

/** The entries between two positions, loaded or not. */
export async function entriesBetween(view: FolderView, first: number, last: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let offset = first; offset <= last;) {
    const part = await listFolder(view, { offset, limit: Math.min(MOST_AT_ONCE, last - offset + 1) });
    if (part.entries.length === 0) break;
    entries.push(...part.entries);
    offset += part.entries.length;
  }
  return entries;
}

/** After entries were renamed, moved, removed or restored here: results of a search may be gone or elsewhere. */
export async function refreshEntries(queries: QueryClient): Promise<void> {
  await Promise.all([refreshFolders(queries), queries.invalidateQueries({ queryKey: SEARCHES })]);
}

/** Something was changed, here or elsewhere. */
export async function refreshFolders(queries: QueryClient): Promise<void> {
  await Promise.all([["folder"], VERSIONS].map((queryKey) => queries.invalidateQueries({ queryKey })));
}
