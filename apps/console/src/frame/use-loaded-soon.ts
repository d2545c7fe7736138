import { useEffect } from "react";

const SOON_MS = 1000;

/** Loads what may be needed on a page after the page is there: that delays neither the page nor a later action. */
export function useLoadedSoon(load: () => Promise<unknown>): void {
  useEffect(() => {
    const timer = setTimeout(() => void load().catch(() => undefined), SOON_MS);
    return () => clearTimeout(timer);
  }, [load]);
}
