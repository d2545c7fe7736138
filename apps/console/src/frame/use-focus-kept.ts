import { type RefObject, useEffect } from "react";
import { afterFrames } from "./after-frames.ts";

/** What had the focus, and where it stood: from what held it outwards, with its place there. */
interface Trace {
  element: HTMLElement;
  above: readonly { holder: Element; at: number }[];
  /** Its place among what can have the focus in its row. */
  place: number;
}

const ROWS = "tr, li, [role=row]";
const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex='0']";

/**
 * What had the focus may go: a row with its button as it is removed, a button whose work is done, a notice. The focus then
 * stays where it was, or beside it: keys that reach nothing but the body of the page begin again at its top, and nothing is
 * read out. Whoever puts it somewhere else meanwhile, as a dialog that closes or the list of files does, has gone first.
 */
export function useFocusKept(frame: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let last: HTMLElement | undefined;
    /** Of what has no place of its own on the page, as a dialog or a notice, the way back is to what was before. */
    let trace: Trace | undefined;
    const isLost = () => last !== undefined && !last.isConnected && document.activeElement === document.body;
    const note = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement)) return;
      last = target;
      if (frame.current?.contains(target) === true) trace = traceOf(target, frame.current);
    };
    const forget = ({ target }: PointerEvent) => {
      // A press beside everything puts the focus nowhere.
      if (target instanceof Element && target.closest(FOCUSABLE) === null) last = undefined;
    };
    // A page that is gone to puts it where it begins.
    const leave = () => (last = undefined);
    let isWaiting = false;
    const observer = new MutationObserver(() => {
      if (isWaiting || !isLost()) return;
      isWaiting = true;
      afterFrames(2, () => {
        isWaiting = false;
        if (isLost() && trace !== undefined) placeNear(trace)?.focus({ preventScroll: trace.element.isConnected });
      });
    });
    observer.observe(document.body, { childList: true, subtree: true });
    document.addEventListener("focusin", note);
    document.addEventListener("pointerdown", forget);
    addEventListener("hashchange", leave);
    return () => {
      observer.disconnect();
      document.removeEventListener("focusin", note);
      document.removeEventListener("pointerdown", forget);
      removeEventListener("hashchange", leave);
    };
  }, [frame]);
}

function traceOf(element: HTMLElement, frame: Element): Trace {
  const above: { holder: Element; at: number }[] = [];
  for (let inner: Element = element; inner !== frame;) {
    const holder = inner.parentElement;
    if (holder === null) break;
    above.push({ holder, at: [...holder.children].indexOf(inner) });
    inner = holder;
  }
  const row = element.closest(ROWS);
  return { element, above, place: row === null ? 0 : focusableIn(row).indexOf(element) };
}

/** What is there still; or the same in the row that took the place of its row; or the first in what held it. */
function placeNear({ element, above, place }: Trace): HTMLElement | undefined {
  if (element.isConnected) return element;
  const left = above.findIndex(({ holder }) => holder.isConnected);
  for (const { holder, at } of above.slice(left)) {
    // Beyond a part of the page nothing is beside it any more.
    if (holder.matches("main, main > *")) break;
    const beside = holder.children[Math.min(at, holder.children.length - 1)];
    // Of uploads under way, what has come in the place of what had not arrived.
    if (holder === above.at(-1)?.holder)
      return (beside?.matches("section") === true ? focusableIn(beside)[0] : undefined) ?? beginningOfPage();
    const inRow = beside?.matches(ROWS) === true ? focusableIn(beside) : [];
    const heading = holder.matches("section") ? headingIn(holder, "h2, h3") : undefined;
    const found = inRow[place] ?? inRow.at(-1) ?? heading ?? focusableIn(holder)[0];
    if (found !== undefined) return found;
  }
  return beginningOfPage();
}

/** Its heading; that of the files is out of sight. */
function beginningOfPage(): HTMLElement | undefined {
  const main = document.querySelector("main");
  if (main === null) return undefined;
  return (
    headingIn(main, "h1:not(.visually-hidden)") ??
    main.querySelector<HTMLElement>("[role=grid] [tabindex='0']") ??
    undefined
  );
}

const focusableIn = (holder: Element): HTMLElement[] =>
  [...holder.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (each) => !each.matches(":disabled, [tabindex='-1']") && each.checkVisibility(),
  );

function headingIn(holder: Element, headings: string): HTMLElement | undefined {
  const heading = holder.querySelector<HTMLElement>(headings);
  if (heading !== null) heading.tabIndex = -1;
  return heading ?? undefined;
}
