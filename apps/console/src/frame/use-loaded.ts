import { sleep } from "@consigne/sdk/wait";
import { useEffect, useState } from "react";
import { serverAnswers } from "../api/line.ts";

const PAUSE_MS = 3000;
/** A part that is gone for good, as after an update of the server, is not asked for without end. */
const MOST_TRIES = 20;

/**
 * What stands outside of the pages, once it is there: where it cannot be loaded, since the server is away, its place stays
 * empty until it can. Were it lazy as pages are, its failure would take the whole console along.
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
