import { keepPreviousData, useQueries, type QueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import type { SharedRight } from "@consigne/sdk";
import { type Entry, FolderGoneError, type FolderPart, type FolderView, listFolder } from "../api/entries.ts";
import { keyOfPlace } from "../api/place.ts";
import { VERSIONS } from "../api/versions.ts";

/** Entries asked for at once. */
const PART = 200;
/** Parts that are asked for anew when something changes: those that somebody looked at last. */
const MOST_PARTS = 12;
/** Parts that are kept: the others come anew when somebody looks at them, so that a long list takes no more room. */
const MOST_KEPT = 60;
/** Of a part that nobody looks at any more. */
const UNSEEN_MS = 30_000;
/** Entries that the server hands out at once. */
const MOST_AT_ONCE = 500;

export interface FolderData {
  /** Undefined until the first part is there. */
  total: number | undefined;
  folderId: number | undefined;
  /** What may be done in it, as it was told last; undefined where it is one's own. */
  shared: SharedRight | undefined;
  /** Undefined where the part has not come yet. */
  entryAt(index: number): Entry | undefined;
  /** What is there is in another order, or filtered otherwise, than the view says; the right one is on its way. */
  isBehind: boolean;
  /** Every entry of the list is there, as the server told last. */
  isWhole: boolean;
  /** Of what is loaded. */
  indexOf(key: string): number | undefined;
  /** What the last answers held. */
  entriesInSight(): readonly Entry[];
  /** Asks for the parts that hold these places. */
  need(first: number, last: number): void;
  error: Error | null;
  retry(): void;
}

const keyOf = ({ place, sort, order, filter, kind }: FolderView, part: number) =>
  ["folder", keyOfPlace(place), sort, order, filter, kind, part] as const;

/** Asks for a part of a view; whoever asks for the same shares the answer. */
export const partQuery = (view: FolderView, part: number) => ({
  queryKey: keyOf(view, part),
  queryFn: () => listFolder(view, { offset: part * PART, limit: PART }),
});

/** A folder of which only what somebody looks at is loaded. Its length is known from the first part on. */
export function useFolder(view: FolderView): FolderData {
  const [parts, setParts] = useState<readonly number[]>([0]);
  const results = useQueries({
    queries: parts.map((part, at) => ({
      ...partQuery(view, part),
      placeholderData: keepPreviousData,
      gcTime: UNSEEN_MS,
      // Kept as they are, the others are asked for anew once somebody looks at them.
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
  // The last ones are those that are asked for anew.
  const latest = results.findLast(({ data }) => data !== undefined)?.data;
  // Shared no more, or removed: what was shown of it is not there either.
  const gone = results.find((each) => each.error instanceof FolderGoneError)?.error ?? null;
  const error = latest === undefined ? (results.find((each) => each.error !== null)?.error ?? null) : gone;
  const { loaded, known } = useKept({ loaded: fresh, known: latest }, error === null);
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

/** Until the list in another order has come, the one before stays, and with it the focus. */
function useKept(current: Loaded, mayStay: boolean): Loaded {
  const [kept, keep] = useState(current);
  const { known } = current;
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- what else there is of a list is there with its latest answer
  useEffect(() => {
    if (known !== undefined) keep(current);
  }, [known]);
  return known === undefined && mayStay ? kept : current;
}

const placesByPart = new WeakMap<readonly Entry[], ReadonlyMap<string, number>>();

/** Made once for each list that came. */
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

/** The entries from one place to another, where all of them are loaded. */
export function entriesThere(data: FolderData, first: number, last: number): Entry[] | undefined {
  const entries: Entry[] = [];
  for (let index = first; index <= last; index += 1) {
    const entry = data.entryAt(index);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  return entries;
}

/** The entries from one place to another, loaded or not. */
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

/** Something was changed, here or elsewhere. */
export async function refreshFolders(queries: QueryClient): Promise<void> {
  await Promise.all([["folder"], VERSIONS].map((queryKey) => queries.invalidateQueries({ queryKey })));
}
