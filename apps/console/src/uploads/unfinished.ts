import { isOpen, namesOf, type UploadItem } from "./upload-item.ts";

const PLACE = "consigne-unfinished";
/** Of names, in the storage of this tab: with more the rest is a number. */
const MOST_NAMED = 500;

/** What had not arrived when the page was left: `names` with their folders, `others` beyond those. */
export interface Unfinished {
  names: readonly string[];
  others: number;
}

/** Kept as long as the tab, so that the page can name it after it was loaded again; the files themselves no page may keep. */
export function keepUnfinished(items: readonly UploadItem[]): void {
  const lacking = items.filter((item) => isOpen(item) || item.state === "failed");
  if (lacking.length === 0) return forgetUnfinished();
  const names = lacking.slice(0, MOST_NAMED).map((item) => [...namesOf(item), item.file.name].join("/"));
  try {
    sessionStorage.setItem(PLACE, JSON.stringify({ names, others: lacking.length - names.length }));
  } catch {
    // Full, or not there: then the page cannot say it.
  }
}

export function forgetUnfinished(): void {
  try {
    sessionStorage.removeItem(PLACE);
  } catch {
    // Nothing was kept either.
  }
}

export function findUnfinished(): Unfinished | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "null") as Unfinished | null;
    return kept ?? undefined;
  } catch {
    return undefined;
  }
}
