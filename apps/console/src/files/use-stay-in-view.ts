import { type RefObject, useEffect, useRef } from "react";
import { isEntryFocused, useNewest } from "./use-active-entry.ts";

/** The focused entry stays visible when the rows change in length or height, and at first. */
export function useStayInView(scroller: RefObject<HTMLElement | null>, shape: number | string, reveal: () => void) {
  const newest = useNewest(reveal);
  const wasShown = useRef(false);
  useEffect(() => {
    if (!wasShown.current || isEntryFocused(scroller.current)) newest.current();
    wasShown.current = true;
  }, [scroller, shape, newest]);
}
