import { type RefObject, useLayoutEffect, useRef } from "react";
import type { FolderView } from "../api/entries.ts";
import type { FolderData } from "./folder-data.ts";

interface Anchor {
  list: string;
  key: string;
  index: number;
}

/** What comes or goes above, here or elsewhere, moves nothing that somebody reads; the beginning of a list shows what comes. */
export function useSteadyRows(
  scroller: RefObject<HTMLElement | null>,
  { view, data, first, rowHeight }: { view: FolderView; data: FolderData; first: number; rowHeight: number },
): void {
  const anchor = useRef<Anchor>(undefined);
  useLayoutEffect(() => {
    const { sort, order, filter } = view;
    const list = `${sort} ${order} ${filter}`;
    const before = anchor.current;
    const place = before?.list === list && before.index === first && first > 0 ? data.indexOf(before.key) : undefined;
    const moved = before === undefined || place === undefined ? 0 : place - before.index;
    if (moved !== 0) scroller.current?.scrollBy(0, moved * rowHeight);
    const key = data.entryAt(first + moved)?.key;
    anchor.current = key === undefined ? undefined : { list, key, index: first + moved };
  });
}
