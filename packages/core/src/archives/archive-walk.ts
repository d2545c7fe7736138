import { DomainError, isDomainError } from "../errors.ts";
import type { FilePosition } from "../files/file-repository.ts";
import type { ListedFile, StoredFile } from "../files/file.ts";
import { admitToSeeFolder, type SharedFolderRows } from "../folders/folder-access.ts";
import type { Folder } from "../folders/folder.ts";
import { pagesByPosition } from "../listing.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import type { Clock } from "../ports/clock.ts";
import type { Repositories } from "../ports/database.ts";
import { MemberNames } from "./member-names.ts";

export type Found =
  | { kind: "folder"; path: string; createdAt: Date }
  /** `folderId`: where the file must still be when its bytes are sent; undefined if that does not matter. */
  | { kind: "file"; id: string; folderId: number | undefined; path: string }
  /** Existed when the archive was requested. */
  | { kind: "gone"; path: string; refusal: DomainError };

export interface WalkInput {
  rows: Pick<Repositories, "files" | "folders"> & SharedFolderRows;
  clock: Clock;
  /** Whether a subfolder belongs in the archive, as it is now. */
  enters(folder: Folder): boolean;
  /** Checks that a folder still belongs to what was requested. @throws {DomainError} `folder-not-found` */
  requireIn(folder: Folder): Promise<void>;
  /** Whether the requester can see the file. */
  shows(file: ListedFile): boolean;
}

const positionOf = ({ createdAt, id }: ListedFile): FilePosition => ({ createdAt, id });

/** Walks through folders, page by page, and gives each entry its path in an archive. */
export class ArchiveWalk {
  readonly #rows: WalkInput["rows"];
  readonly #clock: Clock;
  readonly #enters: (folder: Folder) => boolean;
  readonly #requireIn: WalkInput["requireIn"];
  readonly #shows: (file: ListedFile) => boolean;

  constructor({ rows, clock, enters, requireIn, shows }: WalkInput) {
    this.#rows = rows;
    this.#clock = clock;
    this.#enters = enters;
    this.#requireIn = requireIn;
    this.#shows = shows;
  }

  /** The contents of a folder: files first, oldest first. */
  async *inFolder(folder: Folder, path: string, names = new MemberNames()): AsyncGenerator<Found> {
    const { files, folders } = this.#rows;
    const readFiles = async (after: FilePosition | undefined, limit: number) => {
      await this.#requireIn(folder);
      return files.listByFolder(folder.id, { after, limit });
    };
    for await (const page of pagesByPosition(readFiles, positionOf, Infinity)) {
      for (const file of page) {
        if (!this.#shows(file)) continue;
        yield { kind: "file", id: file.id, folderId: folder.id, path: path + names.take(file.name) };
      }
    }
    const readFolders = async (afterName: string | undefined, limit: number) => {
      await this.#requireIn(folder);
      return folders.listChildren(folder.id, { afterName, limit });
    };
    for await (const page of pagesByPosition(readFolders, ({ name }) => name, Infinity)) {
      for (const child of page) {
        if (this.#enters(child)) yield* this.#enter(child, `${path}${names.take(child.name)}/`);
      }
    }
  }

  /** Folders and files chosen from the actor's own and from those shared with it. */
  async *chosen(
    actor: Actor,
    { folderIds, fileIds }: { folderIds: readonly number[]; fileIds: readonly string[] },
    { path, names }: { path: string; names: MemberNames },
  ): AsyncGenerator<Found> {
    const [only] = folderIds;
    if (only !== undefined && folderIds.length === 1 && fileIds.length === 0) {
      yield* this.inFolder((await admitToSeeFolder(this.#rows, actor, only, this.#clock.now())).folder, path, names);
      return;
    }
    for (const id of fileIds) {
      const file = await this.#rows.files.findById(id);
      const isKnown = file !== undefined && (await this.#maySee(actor, file));
      yield { kind: "file", id, folderId: undefined, path: path + names.take(isKnown ? file.name : id) };
    }
    for (const id of folderIds) {
      try {
        const { folder } = await admitToSeeFolder(this.#rows, actor, id, this.#clock.now());
        yield* this.#enter(folder, `${path}${names.take(folder.name)}/`);
      } catch (error) {
        if (!isDomainError(error, "folder-not-found")) throw error;
        yield { kind: "gone", path: `${path}${names.take(`folder ${id}`)}/`, refusal: error };
      }
    }
  }

  /** Somebody else's file may have been moved out of the shared folder, and renamed there. */
  async #maySee(actor: Actor, { accountId, folderId }: StoredFile): Promise<boolean> {
    if (isAccountActor(actor) && accountId === actor.account.id) return true;
    if (folderId === undefined) return false;
    return admitToSeeFolder(this.#rows, actor, folderId, this.#clock.now()).then(
      () => true,
      (error: unknown) => {
        if (!isDomainError(error)) throw error;
        return false;
      },
    );
  }

  /** Before or during the read it may have been moved away, removed or closed. */
  async *#enter({ id, parentId }: Folder, path: string): AsyncGenerator<Found> {
    const folder = await this.#rows.folders.findById(id);
    if (folder === undefined || folder.parentId !== parentId || !this.#enters(folder)) {
      yield { kind: "gone", path, refusal: new DomainError("folder-not-found", "It was moved, removed or closed.") };
      return;
    }
    yield { kind: "folder", path, createdAt: folder.createdAt };
    try {
      yield* this.inFolder(folder, path);
    } catch (error) {
      if (!isDomainError(error, "folder-not-found")) throw error;
      yield { kind: "gone", path, refusal: error };
    }
  }
}
