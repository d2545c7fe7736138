import { useEffect, useRef } from "react";
import { afterFrames } from "./after-frames.ts";

let hasArrived = false;

/**
 * Whoever goes to another page is at its beginning with the keyboard too, and hears where they are; whoever opens the console
 * begins at its top.
 * @param isReady there is something that can have the focus
 * @param focus not called where a part of the page has taken it, as the field that somebody comes for
 */
export function useArrival(isReady: boolean, focus: () => void): void {
  const isDone = useRef(false);
  const newest = useRef(focus);
  useEffect(() => void (newest.current = focus));
  useEffect(() => {
    if (!isReady || isDone.current) return;
    isDone.current = true;
    const isOpening = !hasArrived;
    hasArrived = true;
    if (isOpening) return;
    afterFrames(2, () => {
      // Whoever types already is left alone, wherever that field is.
      if (document.activeElement?.closest("main, .modal, input, textarea") === null) newest.current();
    });
  }, [isReady]);
}
