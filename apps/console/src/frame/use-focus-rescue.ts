import { type RefObject, useEffect } from "react";
import { afterFrames } from "./after-frames.ts";

/** The focused element with its surroundings: its ancestors, and its position in them. */
interface Trace {
  element: HTMLElement;
  above: readonly { holder: Element; at: number }[];
  /** Its position among the focusable elements of its row. */
  place: number;
}

const ROWS = "tr, li, [role=row]";
const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex='0']";

/**
 * The focused element may disappear: a row with its button when it is removed, a button whose work is done, a notice.
 * The focus then stays at that place, or beside it: otherwise keys would start again at the top of the page, and
 * nothing would be announced. Code that moves the focus elsewhere, like a closing dialog or the list of files, has
 * already done so by then.
 */
export function useFocusRescue(frame: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let last: HTMLElement | undefined;
    /** For elements without a place on the page, like dialogs and notices, the focus returns to the previous one. */
    let trace: Trace | undefined;
    const isLost = () => last !== undefined && !last.isConnected && document.activeElement === document.body;
    const note = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement)) return;
      last = target;
      if (frame.current?.contains(target) === true) trace = traceOf(target, frame.current);
    };
    const forget = ({ target }: PointerEvent) => {
      // A click beside everything clears the focus.
      if (target instanceof Element && target.closest(FOCUSABLE) === null) last = undefined;
    };
    // A newly opened page puts the focus at its beginning.
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

/**
 * The element if it still exists; or the same one in the row that took its row's place; or the first in its container.
 */
function placeNear({ element, above, place }: Trace): HTMLElement | undefined {
  if (element.isConnected) return element;
  const left = above.findIndex(({ holder }) => holder.isConnected);
  for (const { holder, at } of above.slice(left)) {
    // Outside of its part of the page, nothing counts as beside it.
    if (holder.matches("main, main > *")) break;
    const beside = holder.children[Math.min(at, holder.children.length - 1)];
    // For uploads in progress: what replaced the pending file.
    if (holder === above.at(-1)?.holder)
      return (beside?.matches("section") === true ? focusableIn(beside)[0] : undefined) ?? beginningOfPage();
    const inRow = beside?.matches(ROWS) === true ? focusableIn(beside) : [];
    const heading = holder.matches("section") ? headingIn(holder, "h2, h3") : undefined;
    const found = inRow[place] ?? inRow.at(-1) ?? heading ?? focusableIn(holder)[0];
    if (found !== undefined) return found;
  }
  return beginningOfPage();
}

/** Its heading; that of the files page is hidden. */
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
