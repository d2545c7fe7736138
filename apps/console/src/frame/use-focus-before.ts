import { useCallback, useEffect, useRef } from "react";

/** Whoever presses a button that goes by that, as of a notice, is afterwards where they were on the page. */
export function useFocusBefore(): () => void {
  const last = useRef<HTMLElement>(undefined);
  useEffect(() => {
    const note = ({ target }: FocusEvent) => {
      if (target instanceof HTMLElement && target.closest("main") !== null) last.current = target;
    };
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, []);
  return useCallback(() => {
    setTimeout(() => {
      if (document.activeElement !== document.body) return;
      const place = last.current?.isConnected === true ? last.current : document.querySelector<HTMLElement>("main");
      place?.focus({ preventScroll: true });
    });
  }, []);
}
