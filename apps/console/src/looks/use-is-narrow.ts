import { useSyncExternalStore } from "react";

const query = matchMedia("(width < 800px)");

function subscribe(listener: () => void): () => void {
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}

/** As the style sheets see it: then the side bar is below, and rows have two lines. */
export const useIsNarrow = (): boolean => useSyncExternalStore(subscribe, () => query.matches);
