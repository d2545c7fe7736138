import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from "react";
import { flushSync } from "react-dom";
import { TALLEST, TallList } from "./tall-list.ts";

interface Input {
  count: number;
  rowHeight: number;
  headHeight: number;
  /** The row that has the focus stays, however far somebody scrolls. */
  active: number;
  /** Rows that are there before and after those in sight. */
  overscan?: number;
}

interface GridRow {
  index: number;
  /** Pixels from the beginning of the list. */
  start: number;
}

interface GridRows {
  shown: readonly GridRow[];
  first: number;
  last: number;
  bodyHeight: number;
  topOf(row: GridRow): number;
  /** Scrolls by no more than it takes. */
  reveal(index: number): void;
}

/** What is in sight: the first row, so many others after it, and how far up rows are drawn. */
interface Sight {
  first: number;
  others: number;
  shift: number;
}

/**
 * Those rows of a list that are in sight, of lists of any height. All rows are of one height, so that nothing needs to be
 * kept of each: a list of a million takes the memory of a short one.
 */
export function useGridRows(scroller: RefObject<HTMLElement | null>, input: Input): GridRows {
  const { count, rowHeight, headHeight, active, overscan = 12 } = input;
  const [tall] = useState(() => new TallList());
  const [sight, setSight] = useState<Sight>({ first: 0, others: 0, shift: 0 });
  const look = useCallback(() => {
    const { current } = scroller;
    if (current === null) return;
    tall.resize(count * rowHeight, current.clientHeight - headHeight);
    tall.moved(current.scrollTop);
    const first = Math.floor(tall.place / rowHeight);
    const seen = { first, others: Math.ceil(current.clientHeight / rowHeight), shift: tall.shift };
    setSight((before) => (isSame(before, seen) ? before : seen));
  }, [scroller, tall, count, rowHeight, headHeight]);
  // A list that became shorter has another place at the same place of the scroll bar.
  useLayoutEffect(look, [look]);
  useEffect(() => {
    const { current } = scroller;
    if (current === null) return undefined;
    // Before the next frame, which would show where the rows were.
    const follow = () => flushSync(look);
    const sizes = new ResizeObserver(look);
    sizes.observe(current);
    current.addEventListener("scroll", follow, { passive: true });
    return () => {
      sizes.disconnect();
      current.removeEventListener("scroll", follow);
    };
  }, [scroller, look]);
  const first = Math.max(0, Math.min(sight.first, count - 1));
  const last = Math.min(sight.first + sight.others, count - 1);
  return {
    shown: rowsFrom(Math.max(0, first - overscan), Math.min(count - 1, last + overscan), active)
      .filter((index) => index < count)
      .map((index) => ({ index, start: index * rowHeight })),
    first,
    last,
    bodyHeight: Math.min(count * rowHeight, TALLEST),
    topOf: ({ start }) => start - sight.shift,
    reveal: (index) => {
      const { current } = scroller;
      if (current === null) return;
      tall.resize(count * rowHeight, current.clientHeight - headHeight);
      const top = index * rowHeight;
      const lowest = top + rowHeight - (current.clientHeight - headHeight);
      if (tall.place > top || tall.place < lowest) current.scrollTop = tall.goTo(tall.place > top ? top : lowest);
    },
  };
}

const isSame = (a: Sight, b: Sight): boolean => a.first === b.first && a.others === b.others && a.shift === b.shift;

/** With another one, in their order. */
function rowsFrom(first: number, last: number, other: number): number[] {
  const rows = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  if (other >= first && other <= last) return rows;
  return other < first ? [other, ...rows] : [...rows, other];
}
