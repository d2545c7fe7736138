import type { PaceStore, SharedStoreInput } from "./pace-store.ts";

/** There are no other processes to share with. */
export function openSharedStore(_input: SharedStoreInput): PaceStore | undefined {
  return undefined;
}

/** Names a lane in memory only, so the key itself can be used. */
export function laneName(_host: string, apiKey: string | undefined): string {
  return `key ${apiKey ?? ""}`;
}
