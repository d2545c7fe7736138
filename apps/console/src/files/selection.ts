import type { Entry, FolderView } from "../api/entries.ts";
import { allBut, type Chosen, chosenOf } from "./chosen.ts";
import type { FolderData } from "./folder-data.ts";

/** What is chosen, by id: sorting and scrolling change nothing about it. */
export interface Selection {
  /** The chosen ones; where all are chosen, those that are not. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** The filter of the list of which all are chosen, so that a long list need not be read for it. */
  readonly allOf: string | undefined;
  /** Where a range begins. */
  readonly anchor: string | undefined;
}

/** From so few on all are chosen one by one: what somebody else adds meanwhile is then no part of it. */
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

/** From the anchor to somewhere, in place of what was chosen. */
export function ranged({ anchor }: Selection, range: readonly Entry[]): Selection {
  const entries = new Map(range.map((entry) => [entry.key, entry]));
  return { entries, allOf: undefined, anchor: anchor ?? range[0]?.key };
}

export const isChosen = ({ entries, allOf }: Selection, key: string): boolean =>
  (allOf === undefined) === entries.has(key);

/** What others removed, or moved elsewhere, is chosen no more. A filter hides some of what is there. */
export function stillThere(chosen: Selection, data: FolderData, { filter }: FolderView): Selection {
  if (chosen.allOf !== undefined) return chosen.allOf === filter ? chosen : nothing;
  if (!data.isWhole || filter !== "") return chosen;
  const gone = [...chosen.entries.values()].filter(({ key }) => data.indexOf(key) === undefined);
  return gone.length === 0 ? chosen : without(chosen, gone);
}

/** Without what is not there any more; something was done with all, so that nothing is chosen any more. */
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
