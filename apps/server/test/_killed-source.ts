import { ScriptedImports } from "./_import-source.ts";
import { ScriptedSources } from "./_sources.ts";

export const KILLED_URL = "https://user:hunter2@example.org/a.bin";
export const KILLED_TEXT = "the bytes of the file";

const IMPORTED_URL = "https://example.org/imported.bin";

/** Breaks off once in each process. */
export function killedSource(): ScriptedSources {
  const sources = new ScriptedSources();
  sources.set(KILLED_URL, { text: KILLED_TEXT, breaksAfter: 5 }, { text: KILLED_TEXT });
  sources.set(IMPORTED_URL, { text: KILLED_TEXT, breaksAfter: 5 }, { text: KILLED_TEXT });
  return sources;
}

/** One file in a folder. */
export function killedImports(): ScriptedImports {
  const imports = new ScriptedImports();
  const file = { reference: IMPORTED_URL, name: "b.bin", sizeBytes: KILLED_TEXT.length, whirlpool: undefined };
  imports.tree = { "": { folders: { inner: "1" } }, 1: { files: [file] } };
  return imports;
}
