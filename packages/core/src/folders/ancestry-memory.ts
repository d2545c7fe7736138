import type { FolderRepository } from "./folder-repository.ts";
import type { AncestrySource } from "./folder-access.ts";
import type { Folder } from "./folder.ts";

/** This many ancestries are read one by one, with one query each; more are read level by level, all together. */
const FEW = 2;

/** Reads each folder's ancestry once, during one call in which no folder moves. */
export class AncestryMemory implements AncestrySource {
  readonly #folders: Pick<FolderRepository, "findByIds" | "listAncestry">;
  readonly #known = new Map<number, Folder>();
  readonly #ways = new Map<number, Promise<Folder[]>>();

  constructor(folders: Pick<FolderRepository, "findByIds" | "listAncestry">) {
    this.#folders = folders;
  }

  /** Reads all these ancestries with as few queries as their depth allows, however many there are. */
  async readAhead(ids: Iterable<number>): Promise<void> {
    for (let missing = this.#missing(ids); missing.length > 0;) {
      const found =
        missing.length > FEW
          ? await this.#folders.findByIds(missing)
          : (await Promise.all(missing.map((id) => this.#folders.listAncestry(id)))).flat();
      for (const folder of found) this.#known.set(folder.id, folder);
      missing = this.#missing(found.flatMap(({ parentId }) => parentId ?? []));
    }
  }

  listAncestry(id: number): Promise<Folder[]> {
    const way = this.#ways.get(id) ?? this.#knownWay(id) ?? this.#folders.listAncestry(id);
    this.#ways.set(id, way);
    return way;
  }

  #missing(ids: Iterable<number>): number[] {
    return [...new Set(ids)].filter((id) => !this.#known.has(id));
  }

  /** Undefined if a part of it was not read ahead. */
  #knownWay(id: number): Promise<Folder[]> | undefined {
    const way: Folder[] = [];
    for (let next: number | undefined = id; next !== undefined;) {
      const folder = this.#known.get(next);
      // A bound, in case a folder ever ends up inside itself.
      if (folder === undefined || way.length >= this.#known.size) return undefined;
      way.push(folder);
      next = folder.parentId;
    }
    return Promise.resolve(way);
  }
}
