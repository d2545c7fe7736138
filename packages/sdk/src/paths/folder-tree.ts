import { writtenName } from "@consigne/contract/remote-names";

interface FolderPlace {
  parentId: number;
  name: string;
}

const MOST_FOLDERS = 50_000;
export const ROOT_ID = 0;

/**
 * Where folders are, as far as this client has seen: for each folder the ids of its sub-folders. That a name does not
 * exist is never remembered, so it is always looked up again.
 */
export class FolderTree {
  readonly #children = new Map<number, Map<string, number>>();
  readonly #places = new Map<number, FolderPlace>();
  #changes = 0;

  /** Increases with every change; a listing that was requested before a change may be older than it. */
  get changes(): number {
    return this.#changes;
  }

  /** By its name, or by another spelling of the name it is stored under. */
  child(parentId: number, name: string): number | undefined {
    const siblings = this.#children.get(parentId);
    return siblings?.get(name) ?? siblings?.get(writtenName(name));
  }

  /** Id at the end of a path; undefined when a part of it is not known. */
  find(names: readonly string[]): number | undefined {
    let id: number | undefined = ROOT_ID;
    for (const name of names) id = id === undefined ? undefined : this.child(id, name);
    return id;
  }

  place(id: number): FolderPlace | undefined {
    return this.#places.get(id);
  }

  /** All folders directly in one. Of several with the same name, the first counts. */
  learn(parentId: number, folders: readonly { id: number; name: string }[]): void {
    for (const id of this.#children.get(parentId)?.values() ?? []) this.#detach(id);
    for (const { id, name } of folders) {
      if (name !== "" && this.#exact(parentId, name) === undefined) this.#attach(id, { parentId, name });
    }
  }

  /** A folder was made, moved or renamed. */
  put(id: number, place: FolderPlace): void {
    this.#changes += 1;
    this.#attach(id, place);
  }

  /** A folder is gone or elsewhere. */
  forget(id: number): void {
    this.#changes += 1;
    this.#detach(id);
  }

  /** Any folder may be elsewhere. */
  forgetAll(): void {
    this.#changes += 1;
    this.#clear();
  }

  /** Forgets every step of a path that led to something that does not exist. */
  forgetPath(names: readonly string[]): void {
    for (let depth = names.length; depth > 0; depth -= 1) {
      const id = this.find(names.slice(0, depth));
      if (id !== undefined) this.forget(id);
    }
  }

  #exact(parentId: number, name: string): number | undefined {
    return this.#children.get(parentId)?.get(name);
  }

  #attach(id: number, place: FolderPlace): void {
    this.#detach(id);
    const before = this.#exact(place.parentId, place.name);
    if (before !== undefined) this.#detach(before);
    if (this.#places.size >= MOST_FOLDERS) this.#clear();
    const siblings = this.#children.get(place.parentId) ?? new Map<string, number>();
    this.#children.set(place.parentId, siblings);
    siblings.set(place.name, id);
    this.#places.set(id, place);
  }

  #detach(id: number): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    this.#places.delete(id);
    const siblings = this.#children.get(place.parentId);
    siblings?.delete(place.name);
    if (siblings?.size === 0) this.#children.delete(place.parentId);
  }

  /** A tree of this size is walked rather than looked up; it is learned again where it is needed. */
  #clear(): void {
    this.#children.clear();
    this.#places.clear();
  }
}
