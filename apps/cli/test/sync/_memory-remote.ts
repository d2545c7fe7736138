import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import type { Hasher } from "../../src/sync/trees/hash-file.ts";
import { fromRemoteName } from "@consigne/contract/remote-names";
import type {
  FailureKind,
  IncomingFile,
  OutgoingFile,
  RemoteListing,
  RemoteStore,
  StoredFile,
} from "../../src/sync/trees/remote-store.ts";

interface Folder {
  id: number;
  name: string;
  parentId: number;
}

interface Stored {
  url: string;
  name: string;
  folderId: number;
  bytes: Buffer;
  uploadedAtMs: number;
}

/** A refusal of the given kind. */
export class Refusal extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string = kind) {
    super(message);
    this.kind = kind;
  }
}

/** Stands in for Whirlpool: as long, and as good at distinguishing contents. */
export const quickHasher: Hasher = {
  start() {
    const hash = createHash("sha512");
    return {
      update: async (chunk) => void hash.update(chunk),
      digest: async () => hash.digest("hex"),
      abort: () => {},
    };
  },
};

const checksumOf = (bytes: Buffer) => createHash("sha512").update(bytes).digest("hex");

/** A remote in memory, as permissive as the API: names may repeat, links stay the same when a file moves. */
export class MemoryRemote implements RemoteStore {
  limits = { files: 500, bytes: 500e9, fileBytes: 300e9, aloneBytes: 32 * 1024 ** 2 };
  takesEmptyFiles = true;
  refusesLostFolders = true;
  isCut = false;
  /** Links whose bytes cannot be read; sending the same bytes again repairs them, as on Consigne. */
  readonly damaged = new Set<string>();
  /** Links whose checksum is not known yet. */
  readonly pending = new Set<string>();
  readonly folders = new Map<number, Folder>([[0, { id: 0, name: "", parentId: -1 }]]);
  files: Stored[] = [];
  /** Every call in order, e.g. `list 0` or `send 3 a.txt b.txt`. */
  readonly calls: string[] = [];
  /** Called before and after each call; if it throws, the caller gets that error. */
  interfere: (call: string, when: "before" | "after", number: number) => void | Promise<void> = () => {};
  #nextId = 1;
  #clockMs = 1_000_000;

  /** Stores a file at a path, with its folders. */
  seed(path: string, content: string | Buffer, remoteName = path.split("/").at(-1) ?? ""): string {
    let folderId = 0;
    for (const name of path.split("/").slice(0, -1)) {
      const found = [...this.folders.values()].find((each) => each.parentId === folderId && each.name === name);
      folderId = found?.id ?? this.#newFolder(folderId, name);
    }
    return this.#newFile(folderId, remoteName, Buffer.from(content)).url;
  }

  /** `path=content`, sorted; folders end with `/`. */
  paths(): string[] {
    const pathOf = (id: number): string => {
      const folder = this.folders.get(id);
      return folder === undefined || id === 0 ? "" : `${pathOf(folder.parentId)}${fromRemoteName(folder.name)}/`;
    };
    const files = this.files.map(
      ({ folderId, name, bytes }) => `${pathOf(folderId)}${fromRemoteName(name)}=${bytes.toString()}`,
    );
    return [...files, ...[...this.folders.keys()].filter((id) => id !== 0).map(pathOf)].toSorted();
  }

  get apiCalls(): string[] {
    return this.calls.filter((call) => !call.startsWith("receive"));
  }

  list(folderId: number): Promise<RemoteListing> {
    return this.#call(`list ${folderId}`, () => {
      if (!this.folders.has(folderId)) throw new Refusal("gone");
      return {
        isCut: this.isCut,
        folders: [...this.folders.values()].filter(({ parentId }) => parentId === folderId),
        files: this.files
          .filter((file) => file.folderId === folderId)
          .map(({ url, name, bytes, uploadedAtMs }) => ({
            url,
            name,
            sizeBytes: bytes.length,
            whirlpool: this.pending.has(url) ? undefined : checksumOf(bytes),
            uploadedAtMs,
            isDamaged: this.damaged.has(url),
            isPending: this.pending.has(url),
          })),
      };
    });
  }

  makeFolder(parentId: number, name: string): Promise<number> {
    return this.#call(`makeFolder ${parentId} ${name}`, () => {
      if ([...this.folders.values()].some((each) => each.parentId === parentId && each.name === name)) {
        throw new Refusal("exists");
      }
      return this.#newFolder(parentId, name);
    });
  }

  async send(
    wantedId: number,
    files: readonly OutgoingFile[],
    _signal: AbortSignal,
    onBytes: (count: number) => void,
  ): Promise<StoredFile[]> {
    const read = await Promise.all(files.map(async ({ localPath }) => readFile(localPath)));
    return this.#call(`send ${wantedId} ${files.map(({ remoteName }) => remoteName).join(" ")}`, () => {
      const isThere = this.folders.has(wantedId);
      if (!isThere && this.refusesLostFolders) throw new Refusal("gone");
      const folderId = isThere ? wantedId : 0;
      return files.map(({ remoteName }, index) => {
        const bytes = read[index] ?? Buffer.alloc(0);
        onBytes(bytes.length);
        const { url } = this.#newFile(folderId, remoteName, bytes);
        return { url, whirlpool: checksumOf(bytes) };
      });
    });
  }

  async receive({ url, localPath, onBytes }: IncomingFile): Promise<void> {
    const bytes = await this.#call(`receive ${url}`, () => this.#file(url).bytes);
    await writeFile(localPath, bytes);
    onBytes?.(bytes.length);
  }

  move(urls: readonly string[], folderId: number, name: string | undefined): Promise<void> {
    return this.#call(`move ${urls.length} to ${folderId}`, () => {
      for (const file of urls.map((url) => this.#file(url))) Object.assign(file, { folderId, name: name ?? file.name });
    });
  }

  rename(names: readonly { url: string; name: string }[]): Promise<void> {
    return this.#call(`rename ${names.length}`, () => {
      for (const { url, name } of names) this.#file(url).name = name;
    });
  }

  copy(urls: readonly string[], folderId: number, name: string | undefined): Promise<void> {
    return this.#call(`copy ${urls.length} to ${folderId}`, () => {
      for (const file of urls.map((url) => this.#file(url))) this.#newFile(folderId, name ?? file.name, file.bytes);
    });
  }

  remove(urls: readonly string[]): Promise<void> {
    return this.#call(`remove ${urls.length}`, () => {
      for (const url of urls) this.#file(url);
      this.files = this.files.filter(({ url }) => !urls.includes(url));
    });
  }

  removeFolder(folderId: number): Promise<void> {
    return this.#call(`removeFolder ${folderId}`, () => {
      const isFull =
        this.files.some((file) => file.folderId === folderId) ||
        [...this.folders.values()].some((folder) => folder.parentId === folderId);
      if (isFull) throw new Refusal("refused", "Folder not empty");
      this.folders.delete(folderId);
    });
  }

  kindOf(error: unknown): FailureKind {
    if (error instanceof Refusal) return error.kind;
    return error instanceof Error && "code" in error ? "local" : "other";
  }

  async #call<Result>(call: string, work: () => Result): Promise<Result> {
    const number = this.calls.push(call);
    await this.interfere(call, "before", number);
    const result = work();
    await this.interfere(call, "after", number);
    return result;
  }

  #newFolder(parentId: number, name: string): number {
    const id = this.#nextId++;
    this.folders.set(id, { id, name, parentId });
    return id;
  }

  #newFile(folderId: number, name: string, bytes: Buffer): Stored {
    for (const file of this.files) if (file.bytes.equals(bytes)) this.damaged.delete(file.url);
    this.#clockMs += 1000;
    const file = { url: `https://host/?${this.#nextId++}`, name, folderId, bytes, uploadedAtMs: this.#clockMs };
    this.files.push(file);
    return file;
  }

  #file(url: string): Stored {
    const file = this.files.find((each) => each.url === url);
    if (file === undefined) throw new Refusal("gone");
    return file;
  }
}
