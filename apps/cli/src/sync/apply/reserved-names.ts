import { mayBeTemporary } from "../trees/unfinished-files.ts";

/**
 * Names that the files of a run are going to have, folder by folder, as far as a temporary file could have them: those
 * of a large tree are many, and of such names there are next to none.
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

/** The same for names that some file system takes for one. */
function foldedName(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
