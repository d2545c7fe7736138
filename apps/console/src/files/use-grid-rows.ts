import { defaultRangeExtractor, type Range, useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect, useState } from "react";
import { TallList } from "./tall-list.ts";

/** Until somebody scrolls no more. */
const STILL_MS = 150;

interface Input {
  count: number;
  rowHeight: number;
  headHeight: number;
  /** The row that has the focus stays, however far somebody scrolls. */
  active: number;
  /** Rows that are there before and after those in sight. */
  overscan?: number;
}

interface GridRows {
  shown: readonly VirtualItem[];
  first: number;
  last: number;
  bodyHeight: number;
  topOf(row: VirtualItem): number;
  /** Scrolls by no more than it takes. */
  reveal(index: number): void;
}

/** Those rows of a list that are in sight, of lists of any height. */
export function useGridRows(scroller: RefObject<HTMLElement | null>, input: Input): GridRows {
  const { count, rowHeight, headHeight, active, overscan = 12 } = input;
  const [tall] = useState(() => new TallList());
  const fit = () => tall.resize(count * rowHeight, (scroller.current?.clientHeight ?? 0) - headHeight);
  fit();
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    rangeExtractor: (range) => withRow(range, active),
    observeElementOffset: ({ scrollElement }, tell) => {
      if (scrollElement === null) return undefined;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const onScroll = () => {
        fit();
        const place = tall.moved(scrollElement.scrollTop);
        tell(place, true);
        clearTimeout(timer);
        timer = setTimeout(() => tell(place, false), STILL_MS);
      };
      scrollElement.addEventListener("scroll", onScroll, { passive: true });
      return () => {
        clearTimeout(timer);
        scrollElement.removeEventListener("scroll", onScroll);
      };
    },
  });
  useLayoutEffect(() => rows.measure(), [rows, rowHeight]);
  // A list that became shorter has another place at the same place of the scroll bar.
  useEffect(() => {
    const { current } = scroller;
    if (current !== null) tall.moved(current.scrollTop);
  }, [scroller, tall, count, rowHeight]);
  return {
    shown: rows.getVirtualItems(),
    first: rows.range?.startIndex ?? 0,
    last: rows.range?.endIndex ?? 0,
    bodyHeight: tall.drawn,
    topOf: ({ start }) => start - tall.shift,
    reveal: (index) => {
      const { current } = scroller;
      if (current === null) return;
      fit();
      const top = index * rowHeight;
      const lowest = top + rowHeight - (current.clientHeight - headHeight);
      if (tall.place > top || tall.place < lowest) current.scrollTop = tall.goTo(tall.place > top ? top : lowest);
    },
  };
}

function withRow(range: Range, index: number): number[] {
  const shown = defaultRangeExtractor(range);
  return shown.includes(index) || index >= range.count ? shown : [...shown, index].toSorted((a, b) => a - b);
}
