import { sleep } from "@consigne/sdk/wait";
import { useEffect, useState } from "react";
import { serverAnswers } from "../api/line.ts";

const PAUSE_MS = 3000;
/** A script that is gone for good, as after an update of the server, must not be requested endlessly. */
const MOST_TRIES = 20;

/**
 * Loads something outside of the pages: if it cannot be loaded, because the server is unreachable, its place stays
 * empty until it can. If it were lazy like the pages, its failure would break the whole console.
 * @param load the same function every time
 */
export function useLoaded<T>(load: () => Promise<T>, isWanted = true): T | undefined {
  const [loaded, setLoaded] = useState<{ part: T }>();
  useEffect(() => {
    if (!isWanted) return undefined;
    const leaving = new AbortController();
    const place = async () => {
      const part = await loadOnceThere(load, leaving.signal);
      if (part !== undefined && !leaving.signal.aborted) setLoaded({ part });
    };
    void place();
    return () => leaving.abort();
  }, [load, isWanted]);
  return loaded?.part;
}

/** Never rejects. */
async function loadOnceThere<T>(load: () => Promise<T>, leaving: AbortSignal): Promise<T | undefined> {
  for (let tries = 1; tries <= MOST_TRIES && !leaving.aborted; tries += 1) {
    try {
      return await load();
    } catch {
      await sleep(PAUSE_MS, leaving).catch(() => undefined);
      await serverAnswers(leaving);
    }
  }
  return undefined;
}
