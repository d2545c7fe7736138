import type { FolderRepository } from "./folder-repository.ts";
import type { AncestrySource } from "./folder-access.ts";
import type { Folder } from "./folder.ts";

/** As many ways up are read one by one, each in one look; more go level by level, all of them together. */
const FEW = 2;

/** Reads each folder's ancestry once, for one call in which no folder moves. */
export class AncestryMemory implements AncestrySource {
  readonly #folders: Pick<FolderRepository, "findByIds" | "listAncestry">;
  readonly #known = new Map<number, Folder>();
  readonly #ways = new Map<number, Promise<Folder[]>>();

  constructor(folders: Pick<FolderRepository, "findByIds" | "listAncestry">) {
    this.#folders = folders;
  }

  /** Reads all these ways up with as few looks as their depth allows, whatever their number. */
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

  /** Undefined where a part of it was not read ahead. */
  #knownWay(id: number): Promise<Folder[]> | undefined {
    const way: Folder[] = [];
    for (let next: number | undefined = id; next !== undefined;) {
      const folder = this.#known.get(next);
      // More than all of them: a folder that ever came to lie in itself must not end in a walk without end.
      if (folder === undefined || way.length >= this.#known.size) return undefined;
      way.push(folder);
      next = folder.parentId;
    }
    return Promise.resolve(way);
  }
}
