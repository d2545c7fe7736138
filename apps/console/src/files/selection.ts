import type { Entry } from "../api/entries.ts";

/** What is chosen, by id: sorting, filtering and scrolling change nothing about it. */
export interface Selection {
  readonly entries: ReadonlyMap<string, Entry>;
  /** Where a range begins. */
  readonly anchor: string | undefined;
}

export const nothing: Selection = { entries: new Map(), anchor: undefined };

export function only(entry: Entry): Selection {
  return { entries: new Map([[entry.key, entry]]), anchor: entry.key };
}

export function toggled({ entries }: Selection, entry: Entry): Selection {
  const changed = new Map(entries);
  if (!changed.delete(entry.key)) changed.set(entry.key, entry);
  return { entries: changed, anchor: entry.key };
}

/** From the anchor to somewhere, in place of what was chosen. */
export function ranged({ anchor }: Selection, range: readonly Entry[]): Selection {
  return { entries: new Map(range.map((entry) => [entry.key, entry])), anchor: anchor ?? range[0]?.key };
}

/** Without what is in a list no more; the same where all of it is. */
export function within(selection: Selection, isThere: (key: string) => boolean): Selection {
  const gone = [...selection.entries.values()].filter(({ key }) => !isThere(key));
  return gone.length === 0 ? selection : without(selection, gone);
}

/** Without what is not there any more. */
export function without({ entries, anchor }: Selection, gone: readonly Entry[]): Selection {
  const left = new Map(entries);
  for (const { key } of gone) left.delete(key);
  return { entries: left, anchor: anchor !== undefined && left.has(anchor) ? anchor : undefined };
}
