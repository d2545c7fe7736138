import { type RefObject, useLayoutEffect, useRef } from "react";
import type { FolderView } from "../api/entries.ts";
import type { FolderData } from "./folder-data.ts";
import { isEntryFocused } from "./use-active-entry.ts";

interface Anchor {
  list: string;
  key: string;
  index: number;
}

interface Input {
  view: FolderView;
  data: FolderData;
  /** The first visible row. */
  first: number;
  rowHeight: number;
  /** Entries per row. */
  columns?: number;
}

/**
 * Entries that appear or disappear above do not move what somebody is reading; at the beginning of a list, new ones are
 * shown. Another order or filter is shown from its beginning, unless an entry has the focus.
 */
export function useSteadyRows(
  scroller: RefObject<HTMLElement | null>,
  { view, data, first, rowHeight, columns = 1 }: Input,
): void {
  const anchor = useRef<Anchor>(undefined);
  const read = useRef<string>(undefined);
  useLayoutEffect(() => {
    const { sort, order, filter } = view;
    const reading = `${sort} ${order} ${filter}`;
    const list = `${reading} ${columns}`;
    const isOther = read.current !== undefined && read.current !== reading;
    read.current = reading;
    if (isOther && !isEntryFocused(scroller.current)) scroller.current?.scrollTo({ top: 0 });
    const before = anchor.current;
    const top = first * columns;
    const place = before?.list === list && before.index === top && top > 0 ? data.indexOf(before.key) : undefined;
    // Less than half a row of difference moves nothing.
    const moved = before === undefined || place === undefined ? 0 : Math.round((place - before.index) / columns);
    if (moved !== 0) scroller.current?.scrollBy(0, moved * rowHeight);
    const index = top + moved * columns;
    const key = data.entryAt(index)?.key;
    anchor.current = key === undefined ? undefined : { list, key, index };
  });
}
