import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { TALLEST, TallList } from "./tall-list.ts";

interface Input {
  count: number;
  rowHeight: number;
  headHeight: number;
  /** The focused row exists, however far away the user scrolls. */
  active: number;
  /** Rows rendered before and after the visible ones. */
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
  /** Scrolls no further than necessary. */
  reveal(index: number): void;
}

/** What is visible: the first row, the number of rows after it, and how far up rows are shifted. */
interface Sight {
  first: number;
  others: number;
  shift: number;
}

/**
 * The visible rows of a list of any height. All rows have the same height, so that nothing is stored per row: a list of
 * a million takes no more memory than a short one.
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
  const drawnHeight = useRef(rowHeight);
  useLayoutEffect(() => {
    const { current } = scroller;
    const before = drawnHeight.current;
    drawnHeight.current = rowHeight;
    if (current !== null && before !== rowHeight) {
      // The first visible row stays the first when the height of the rows changes.
      tall.resize(count * rowHeight, current.clientHeight - headHeight);
      current.scrollTop = tall.goTo(Math.round((tall.place / before) * rowHeight));
    }
    // In a list that became shorter, the same scroll bar position means another place.
    look();
  }, [scroller, tall, count, rowHeight, headHeight, look]);
  useEffect(() => {
    const { current } = scroller;
    if (current === null) return undefined;
    // Before the next frame, which would show the rows at their old position.
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

/** With one additional row, in order. */
function rowsFrom(first: number, last: number, other: number): number[] {
  const rows = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  if (other >= first && other <= last) return rows;
  return other < first ? [other, ...rows] : [...rows, other];
}
