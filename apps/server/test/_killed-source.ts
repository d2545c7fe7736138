import { ScriptedSources } from "./_sources.ts";

export const KILLED_URL = "https://user:hunter2@example.org/a.bin";
export const KILLED_TEXT = "the bytes of the file";

/** Breaks off once, in each process anew. */
export function killedSource(): ScriptedSources {
  const sources = new ScriptedSources();
  sources.set(KILLED_URL, { text: KILLED_TEXT, breaksAfter: 5 }, { text: KILLED_TEXT });
  return sources;
}
