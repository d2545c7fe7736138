import type { Entry, FolderView } from "../api/entries.ts";
import { allBut, type Chosen, chosenOf } from "./chosen.ts";
import type { FolderData } from "./folder-data.ts";

/** The selection, by id: sorting and scrolling do not change it. */
export interface Selection {
  /** The selected entries; if all are selected, the exceptions. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** The filter of the list whose entries are all selected, so that a long list need not be read for it. */
  readonly allOf: string | undefined;
  /** Where a range starts. */
  readonly anchor: string | undefined;
}

/** Up to this many, selecting all selects each one: entries that somebody else adds meanwhile are then not included. */
export const FEW = 500;

export const nothing: Selection = { entries: new Map(), allOf: undefined, anchor: undefined };

export function only(entry: Entry): Selection {
  return { entries: new Map([[entry.key, entry]]), allOf: undefined, anchor: entry.key };
}

export const all = (filter: string): Selection => ({ ...nothing, allOf: filter });

export function toggled({ entries, allOf }: Selection, entry: Entry): Selection {
  const changed = new Map(entries);
  if (!changed.delete(entry.key)) changed.set(entry.key, entry);
  return { entries: changed, allOf, anchor: entry.key };
}

/** From the anchor to another entry, replacing the selection. */
export function ranged({ anchor }: Selection, range: readonly Entry[]): Selection {
  const entries = new Map(range.map((entry) => [entry.key, entry]));
  return { entries, allOf: undefined, anchor: anchor ?? range[0]?.key };
}

export const isChosen = ({ entries, allOf }: Selection, key: string): boolean =>
  (allOf === undefined) === entries.has(key);

/** Entries that others removed or moved are no longer selected. A filter hides some of what exists. */
export function stillThere(chosen: Selection, data: FolderData, { filter }: FolderView): Selection {
  if (chosen.allOf !== undefined) return chosen.allOf === filter ? chosen : nothing;
  if (!data.isWhole || filter !== "") return chosen;
  const gone = [...chosen.entries.values()].filter(({ key }) => data.indexOf(key) === undefined);
  return gone.length === 0 ? chosen : without(chosen, gone);
}

/** Without the entries that are gone; after an action on all, nothing is selected. */
export function without({ entries, allOf, anchor }: Selection, gone: readonly Entry[]): Selection {
  if (allOf !== undefined) return nothing;
  const left = new Map(entries);
  for (const { key } of gone) left.delete(key);
  return { entries: left, allOf, anchor: anchor !== undefined && left.has(anchor) ? anchor : undefined };
}

export function chosenIn({ entries, allOf }: Selection, view: FolderView, data: FolderData): Chosen {
  if (allOf === undefined) return chosenOf([...entries.values()]);
  const known = data.entriesInSight().filter(({ key }) => !entries.has(key));
  return allBut(view, { count: Math.max(0, (data.total ?? 0) - entries.size), known, left: entries });
}
