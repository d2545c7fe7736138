import { type Ref, type RefObject, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import type { Entry } from "../api/entries.ts";
import type { FolderData } from "./folder-data.ts";

export interface GridHandle {
  focus(): void;
  goTo(index: number): void;
}

export interface ActiveEntry {
  index: number;
  entry: Entry | undefined;
  set(index: number): void;
}

/**
 * Which entry is the tab stop: by its key as long as it exists, else by its position.
 * @param start the tab stop of another view of the same list
 */
export function useActiveEntry(data: FolderData, total: number, start: Entry | undefined): ActiveEntry {
  const [active, setActive] = useState<{ index: number; key: string | undefined }>({ index: 0, key: start?.key });
  const followed = active.key === undefined ? undefined : data.indexOf(active.key);
  const index = Math.max(0, Math.min(total - 1, followed ?? active.index));
  const entry = data.entryAt(index);
  const key = entry?.key;
  useEffect(() => {
    if (key !== undefined && (key !== active.key || index !== active.index)) setActive({ index, key });
  }, [key, index, active]);
  return { index, entry, set: (place) => setActive({ index: place, key: data.entryAt(place)?.key }) };
}

interface Input {
  ref: Ref<GridHandle>;
  scroller: RefObject<HTMLElement | null>;
  active: ActiveEntry;
  total: number;
  onActive(entry: Entry | undefined): void;
  /** Scrolls to the entry at this position. */
  reveal(index: number): void;
}

/** Focuses the active entry, and keeps the focus there. Returns a function that moves to another one. */
export function useGridFocus({ ref, scroller, active, total, onActive, reveal }: Input): (index: number) => number {
  const { entry } = active;
  const wantsFocus = useRef(false);
  useEffect(() => onActive(entry), [onActive, entry]);
  const focusEntry = () => {
    const element = scroller.current?.querySelector<HTMLElement>(`[data-index="${active.index}"]`);
    element?.focus({ preventScroll: true });
    return element !== null && element !== undefined;
  };
  // An element that is recreated when its entry is loaded, or moved in the document, loses the focus; it may not exist
  // yet.
  const hadFocus = isEntryFocused(scroller.current);
  useLayoutEffect(() => {
    if (hadFocus && !isEntryFocused(scroller.current)) wantsFocus.current = true;
    if (wantsFocus.current && focusEntry()) wantsFocus.current = false;
  });
  const goTo = (index: number) => {
    const place = Math.max(0, Math.min(total - 1, index));
    active.set(place);
    reveal(place);
    // In a low window, the page scrolls too.
    scroller.current?.scrollIntoView({ block: "nearest" });
    wantsFocus.current = true;
    return place;
  };
  useImperativeHandle(ref, () => ({ focus: () => void goTo(active.index), goTo: (index) => void goTo(index) }));
  return goTo;
}

export const isEntryFocused = (scroller: HTMLElement | null): boolean => {
  const { activeElement } = document;
  return (
    activeElement instanceof HTMLElement &&
    "index" in activeElement.dataset &&
    scroller?.contains(activeElement) === true
  );
};

/** For code that needs the current value when something happens. */
export function useNewest<Value>(value: Value): RefObject<Value> {
  const newest = useRef(value);
  useLayoutEffect(() => void (newest.current = value));
  return newest;
}
