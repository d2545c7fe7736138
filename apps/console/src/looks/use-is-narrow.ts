import { useState, useSyncExternalStore } from "react";

const narrow = matchMedia("(width < 800px)");
const wide = matchMedia("(width >= 1280px)");

function useMedia(query: MediaQueryList): boolean {
  const [subscribe] = useState(() => (listener: () => void) => {
    query.addEventListener("change", listener);
    return () => query.removeEventListener("change", listener);
  });
  return useSyncExternalStore(subscribe, () => query.matches);
}

/** As the style sheets see it: then the side bar is below, and rows have two lines. */
export const useIsNarrow = (): boolean => useMedia(narrow);

/** Then there is room for the tree of folders beside the list. */
export const useIsWide = (): boolean => useMedia(wide);
