import { useEffect, useRef } from "react";
import { afterFrames } from "./after-frames.ts";

let hasArrived = false;

/**
 * After moving to another page, the keyboard focus is at its beginning, and screen readers announce where it is; when
 * the console is opened, the focus is at its top.
 * @param isReady there is something that can be focused
 * @param focus not called if a part of the page has taken the focus, such as the main field
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
      // Somebody who is already typing is not disturbed, wherever that field is.
      if (document.activeElement?.closest("main, .modal, input, textarea") === null) newest.current();
    });
  }, [isReady]);
}
