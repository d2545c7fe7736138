import { useEffect } from "react";

const SOON_MS = 1000;

/** Loads once the page is there what may be needed on it: that neither holds it up nor keeps anybody waiting later. */
export function useLoadedSoon(load: () => Promise<unknown>): void {
  useEffect(() => {
    const timer = setTimeout(() => void load().catch(() => undefined), SOON_MS);
    return () => clearTimeout(timer);
  }, [load]);
}
