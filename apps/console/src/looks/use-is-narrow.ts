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

/** As in the style sheets: the sidebar is then at the bottom, and rows have two lines. */
export const useIsNarrow = (): boolean => useMedia(narrow);

/** There is then room for the folder tree beside the list. */
export const useIsWide = (): boolean => useMedia(wide);
