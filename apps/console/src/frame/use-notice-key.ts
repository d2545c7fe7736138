import { type RefObject, useCallback, useEffect, useRef } from "react";

/**
 * F6 leads to the newest notice and back, also from an open dialog, where Tab leads to nothing else.
 *
 * @returns a function that takes the focus back from a notice
 */
export function useNoticeKey(region: RefObject<HTMLElement | null>): () => void {
  const before = useRef<HTMLElement>(undefined);
  const goBack = useCallback(() => {
    const { current } = before;
    before.current = undefined;
    // An open dialog keeps the focus away from everything but notices.
    const dialog = [...document.querySelectorAll<HTMLElement>(".dialog")].at(-1);
    const mayReturn = current?.isConnected === true && (dialog === undefined || dialog.contains(current));
    (mayReturn ? current : dialog)?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    const { current: notices } = region;
    if (notices === null) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "F6" || event.altKey || event.ctrlKey || event.metaKey) return;
      const newest = notices.lastElementChild?.querySelector<HTMLElement>("a[href], button, textarea");
      if (newest === null || newest === undefined) return;
      event.preventDefault();
      const { activeElement } = document;
      if (notices.contains(activeElement)) {
        goBack();
        return;
      }
      before.current = activeElement instanceof HTMLElement ? activeElement : undefined;
      newest.focus();
    };
    const forget = ({ relatedTarget }: FocusEvent) => {
      if (!(relatedTarget instanceof Node) || !notices.contains(relatedTarget)) before.current = undefined;
    };
    document.addEventListener("keydown", onKey, true);
    notices.addEventListener("focusout", forget);
    return () => {
      document.removeEventListener("keydown", onKey, true);
      notices.removeEventListener("focusout", forget);
    };
  }, [region, goBack]);
  return goBack;
}
