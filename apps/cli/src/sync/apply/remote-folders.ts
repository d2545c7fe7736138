import { toRemoteName } from "@consigne/contract/remote-names";
import { makeFolder } from "./make-folder.ts";
import type { RemoteStore } from "../trees/remote-store.ts";
import type { RunRecord } from "./run-record.ts";
import { nameOf, parentOf } from "../trees/tree.ts";
import type { RemoteFile, TreeFolder } from "../trees/tree.ts";

/** Ids of remote folders by path. A missing folder is made on demand, once, after its parents. */
export class RemoteFolders {
  readonly #remote: RemoteStore;
  readonly #root: TreeFolder<RemoteFile>;
  readonly #record: RunRecord;
  readonly #signal: AbortSignal;
  readonly #makeRoot: () => Promise<number>;
  readonly #created = new Map<string, Promise<number>>();
  /** Folders that were reported as made. */
  readonly #told = new Set<string>();

  /** `makeRoot` is called once, if the root of the tree does not exist yet and something has to go into it. */
  constructor(
    remote: RemoteStore,
    root: TreeFolder<RemoteFile>,
    makeRoot: () => Promise<number>,
    record: RunRecord,
    signal: AbortSignal,
  ) {
    this.#remote = remote;
    this.#makeRoot = makeRoot;
    this.#root = root;
    this.#record = record;
    this.#signal = signal;
  }

  idOf(path: string): Promise<number> {
    const known = this.#scanned(path)?.id;
    if (known !== undefined) return Promise.resolve(known);
    const making = this.#created.get(path) ?? this.#make(path);
    this.#created.set(path, making);
    return making;
  }

  /** The nearest existing parent folder, and the names below it, as they are on the remote. */
  async placeOf(path: string): Promise<{ folderId: number; names: readonly string[] }> {
    if (path === "" || this.#scanned(path)?.id !== undefined) return { folderId: await this.idOf(path), names: [] };
    const { folderId, names } = await this.placeOf(parentOf(path));
    return { folderId, names: [...names, toRemoteName(nameOf(path))] };
  }

  /** Records a folder that was made, with its parents, by uploading a file into it. */
  learn(path: string, id: number): void {
    if (!this.#created.has(path)) this.#created.set(path, Promise.resolve(id));
    for (let each = path; each !== "" && this.#scanned(each)?.id === undefined; each = parentOf(each)) this.#tell(each);
  }

  #tell(path: string): void {
    if (this.#told.has(path)) return;
    this.#told.add(path);
    this.#record.done({ action: "mkdir", path });
  }

  #scanned(path: string): TreeFolder<RemoteFile> | undefined {
    let folder: TreeFolder<RemoteFile> | undefined = this.#root;
    for (const name of path === "" ? [] : path.split("/")) folder = folder?.folders.get(name);
    return folder;
  }

  async #make(path: string): Promise<number> {
    if (path === "") return this.#makeRoot();
    const parentId = await this.idOf(parentOf(path));
    const { id, isNew } = await makeFolder(this.#remote, parentId, toRemoteName(nameOf(path)), this.#signal);
    if (isNew) this.#tell(path);
    return id;
  }
}
