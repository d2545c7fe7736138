import { useState, useSyncExternalStore } from "react";

const tight = matchMedia("(width < 20em)");
const narrow = matchMedia("(width < 50em)");
const wide = matchMedia("(width >= 80em)");

function useMedia(query: MediaQueryList): boolean {
  const [subscribe] = useState(() => (listener: () => void) => {
    query.addEventListener("change", listener);
    return () => query.removeEventListener("change", listener);
  });
  return useSyncExternalStore(subscribe, () => query.matches);
}

/** As in the style sheets: the sidebar is then at the bottom, and rows have two lines. */
export const useIsNarrow = (): boolean => useMedia(narrow);

/** The text is then large for the window, and rows have three lines. */
export const useIsTight = (): boolean => useMedia(tight);

/** There is then room for the folder tree beside the list. */
export const useIsWide = (): boolean => useMedia(wide);
