import type { AccountEvent } from "@consigne/sdk";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { watchAccount } from "./api/events.ts";
import type { FolderPart } from "./api/entries.ts";

/** So often at most, while others send one file after the other. */
const REFRESH_MS = 1000;

/** Asks anew for what is shown and changed, here or elsewhere. Whatever of it is shown later is asked for then. */
export function useAccountEvents(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const refresh = gathered((events) => void refreshChanged(queries, events));
    return watchAccount(refresh);
  }, [queries]);
}

async function refreshChanged(queries: QueryClient, events: readonly AccountEvent[]): Promise<void> {
  if (events.some(({ kind }) => kind === "reset")) return queries.invalidateQueries();
  const folders = new Set(events.flatMap((event) => (event.kind === "folder" ? [event.folderId] : [])));
  const kinds = new Set<unknown>(events.map(({ kind }) => kind));
  await queries.invalidateQueries({
    predicate: ({ queryKey: [first], state }) => {
      if (first !== "folder") return kinds.has(first);
      const part = state.data as FolderPart | undefined;
      return shows(part, folders) || (kinds.has("share") && part?.shared !== undefined);
    },
  });
}

/** True for the list of such a folder, and for one in which such a folder lies: it tells figures of that. */
function shows(part: FolderPart | undefined, folders: ReadonlySet<number>): boolean {
  // It may not have been there before.
  if (part === undefined) return folders.size > 0;
  return folders.has(part.folderId) || part.entries.some((entry) => entry.kind === "folder" && folders.has(entry.id));
}

/** At once, and then all that comes within a while together. */
function gathered(work: (events: AccountEvent[]) => void): (event: AccountEvent) => void {
  let waiting: AccountEvent[] | undefined;
  const flush = () => {
    const events = waiting ?? [];
    waiting = events.length === 0 ? undefined : [];
    if (events.length === 0) return;
    work(events);
    setTimeout(flush, REFRESH_MS);
  };
  return (event) => {
    // Says only that nothing was missed.
    if (event.kind === "ready") return;
    if (waiting !== undefined) return void waiting.push(event);
    waiting = [event];
    flush();
  };
}
