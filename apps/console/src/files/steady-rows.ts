import { type RefObject, useLayoutEffect, useRef } from "react";
import type { FolderView } from "../api/entries.ts";
import type { FolderData } from "./folder-data.ts";

interface Anchor {
  list: string;
  key: string;
  index: number;
}

interface Input {
  view: FolderView;
  data: FolderData;
  /** The first row in sight. */
  first: number;
  rowHeight: number;
  /** Entries in a row. */
  columns?: number;
}

/** What comes or goes above, here or elsewhere, moves nothing that somebody reads; the beginning of a list shows what comes. */
export function useSteadyRows(
  scroller: RefObject<HTMLElement | null>,
  { view, data, first, rowHeight, columns = 1 }: Input,
): void {
  const anchor = useRef<Anchor>(undefined);
  useLayoutEffect(() => {
    const { sort, order, filter } = view;
    const list = `${sort} ${order} ${filter} ${columns}`;
    const before = anchor.current;
    const top = first * columns;
    const place = before?.list === list && before.index === top && top > 0 ? data.indexOf(before.key) : undefined;
    // Less than half a row more or less moves none.
    const moved = before === undefined || place === undefined ? 0 : Math.round((place - before.index) / columns);
    if (moved !== 0) scroller.current?.scrollBy(0, moved * rowHeight);
    const index = top + moved * columns;
    const key = data.entryAt(index)?.key;
    anchor.current = key === undefined ? undefined : { list, key, index };
  });
}
