import type { AccountEvent } from "@consigne/sdk";
import { type Query, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { watchAccount } from "./api/events.ts";
import type { FolderPart } from "./api/entries.ts";

/** The shortest interval, while others send one file after the other. */
const REFRESH_MS = 1000;

/** Reloads what is displayed and has changed, here or elsewhere. Other data is reloaded when it is displayed. */
export function useAccountEvents(): void {
  const queries = useQueryClient();
  useEffect(() => {
    return watchAccount(batched((events) => void refreshChanged(queries, events)));
  }, [queries]);
}

async function refreshChanged(queries: QueryClient, events: readonly AccountEvent[]): Promise<void> {
  if (events.some(({ kind }) => kind === "reset")) return refresh(queries, () => true);
  const folders = new Set(events.flatMap((event) => (event.kind === "folder" ? [event.folderId] : [])));
  const kinds = new Set<unknown>(events.map(({ kind }) => kind));
  await refresh(queries, ({ queryKey: [first], state }) => {
    if (first !== "folder") return kinds.has(first);
    const part = state.data as FolderPart | undefined;
    // It may not be loaded yet.
    if (part === undefined) return folders.size > 0 || kinds.has("share");
    return shows(part, folders) || (kinds.has("share") && part.shared !== undefined);
  });
}

async function refresh(queries: QueryClient, predicate: (query: Query) => boolean): Promise<void> {
  // A first request continues, although its answer may describe an earlier state.
  const first = queries
    .getQueryCache()
    .findAll({ predicate: (query) => query.state.data === undefined && predicate(query), fetchStatus: "fetching" });
  await Promise.all([
    queries.invalidateQueries({ predicate }),
    ...first.map(async (query) => {
      await query.promise?.catch(() => undefined);
      await queries.invalidateQueries({ queryKey: query.queryKey, exact: true });
    }),
  ]);
}

/** True for the list of such a folder, and for one that contains it and shows its figures. */
function shows(part: FolderPart, folders: ReadonlySet<number>): boolean {
  return folders.has(part.folderId) || part.entries.some((entry) => entry.kind === "folder" && folders.has(entry.id));
}

/** Handles the first event at once, and then everything that arrives within a while together. */
function batched(work: (events: AccountEvent[]) => void): (event: AccountEvent) => void {
  let waiting: AccountEvent[] | undefined;
  const flush = () => {
    const events = waiting ?? [];
    waiting = events.length === 0 ? undefined : [];
    if (events.length === 0) return;
    work(events);
    setTimeout(flush, REFRESH_MS);
  };
  return (event) => {
    // Only says that nothing was missed.
    if (event.kind === "ready") return;
    if (waiting !== undefined) return void waiting.push(event);
    waiting = [event];
    flush();
  };
}
