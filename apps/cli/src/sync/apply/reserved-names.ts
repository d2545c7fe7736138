import { mayBeTemporary } from "../trees/unfinished-files.ts";

/**
 * The future names of a run's files, by folder, but only names that a temporary file could have: a large tree has many
 * files, but hardly any with such a name.
 */
export class ReservedNames {
  readonly #byFolder = new Map<string, Set<string>>();

  add(folder: string, name: string): void {
    const key = foldedName(name);
    if (!mayBeTemporary(key)) return;
    const names = this.#byFolder.get(folder) ?? new Set();
    this.#byFolder.set(folder, names.add(key));
  }

  has(folder: string, name: string): boolean {
    return this.#byFolder.get(folder)?.has(foldedName(name)) ?? false;
  }
}

/** The same for names that some file system considers equal. */
function foldedName(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
