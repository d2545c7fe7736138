import { DomainError } from "../errors.ts";
import { type AdmittedFile, admitToEditFile, admitToRemoveFile, type FileAccessRows } from "../files/file-access.ts";
import { fileRecords } from "../files/file-records.ts";
import { type BriefFile, briefFile } from "../files/file.ts";
import { forManyFiles } from "../files/many-files.ts";
import { storedName } from "../files/names.ts";
import { admitToFillFolder, type FolderReference } from "../folders/folder-access.ts";
import { folderRecords } from "../folders/folder-records.ts";
import type { Folder } from "../folders/folder.ts";
import { newParentId, otherAccount, refuseRoot } from "../folders/folder-moves.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";
import { findEarlierRemoval } from "../trash/earlier-removal.ts";
import { removeToTrash } from "../trash/trash-files.ts";
import { removeEmptyFolder } from "../trash/trash-folders.ts";
import type { ChangeOutcome, EntryChange, EntryMove, NameTaken } from "./entry-changes.ts";
import { findNumberedName, isNameTaken, type NamedKind } from "./free-name.ts";
import { isBeside } from "./numbered-names.ts";

/** One file replaces at most this many of the same name; for more, a person should decide. */
const MOST_REPLACED = 20;
type FileAction = "file.move" | "file.rename" | "file.remove";
type FolderAction = "folder.move" | "folder.remove";

/** The changes of one transaction, one entry at a time; each sees the effects of the ones before it. */
export class EntryPortion {
  hasDiscarded = false;
  readonly #rows: Repositories;
  readonly #caller: Actor;
  readonly #changes: readonly EntryChange[];
  readonly #nameTaken: NameTaken;
  readonly #now: Date;
  readonly #usualDays: number;
  readonly #access: FileAccessRows;
  readonly #files = new Map<FileAction, BriefFile[]>();
  readonly #folders = new Map<FolderAction, Pick<Folder, "id" | "name" | "accountId">[]>();
  /** The next number to try, by kind, folder and name. */
  readonly #numbers = new Map<string, number>();

  constructor(
    rows: Repositories,
    caller: Actor,
    work: { changes: readonly EntryChange[]; nameTaken: NameTaken; now: Date; usualDays: number },
  ) {
    this.#rows = rows;
    this.#caller = caller;
    this.#changes = work.changes;
    this.#nameTaken = work.nameTaken;
    this.#now = work.now;
    this.#usualDays = work.usualDays;
    const references = work.changes.flatMap(({ entry }) => ("fileId" in entry ? [entry] : []));
    this.#access = forManyFiles(rows, caller, references);
  }

  async run(): Promise<ChangeOutcome[]> {
    const outcomes: ChangeOutcome[] = [];
    for (const change of this.#changes) outcomes.push(await this.#settle(change));
    await this.#record();
    return outcomes;
  }

  async #settle({ entry, change }: EntryChange): Promise<ChangeOutcome> {
    try {
      if ("fileId" in entry)
        return await (typeof change === "string"
          ? this.#removeFile(entry.fileId)
          : this.#moveFile(entry.fileId, change));
      return await (typeof change === "string"
        ? this.#removeFolder(entry.folder)
        : this.#moveFolder(entry.folder, change));
    } catch (error) {
      // Everything is checked before it is written, so a refused change has had no effect.
      if (!(error instanceof DomainError)) throw error;
      const lost = { entry, refusal: error, now: this.#now };
      const earlier = typeof change === "string" ? findEarlierRemoval(this.#rows, this.#caller, lost) : undefined;
      return (await earlier) ?? { outcome: "failed", error };
    }
  }

  async #removeFile(fileId: string): Promise<ChangeOutcome> {
    const admitted = await this.#admitToRemove(fileId);
    const trashId = await this.#removeAdmitted(admitted);
    return { outcome: "done", name: admitted.file.name, ...this.#toldTrash(admitted.file.accountId, trashId) };
  }

  /** Trash ids are only reported to the owner of the trash. */
  #toldTrash(accountId: string | undefined, trashId: number | undefined): { trashId?: number | undefined } {
    return isAccountActor(this.#caller) && this.#caller.account.id === accountId ? { trashId } : {};
  }

  #admitToRemove(fileId: string): Promise<AdmittedFile<"file.remove">> {
    return admitToRemoveFile(this.#access, this.#caller, { reference: { fileId } }, this.#now);
  }

  async #removeAdmitted({ id, file }: AdmittedFile<"file.remove">): Promise<number | undefined> {
    const work = { now: this.#now, usualDays: this.#usualDays };
    const { discarded, trashIds } = await removeToTrash(this.#rows, this.#caller, [{ ...briefFile(file), id }], work);
    if (discarded > 0) this.hasDiscarded = true;
    this.#noteFile("file.remove", briefFile(file));
    return trashIds.get(file.id);
  }

  async #moveFile(fileId: string, { parent, name }: EntryMove): Promise<ChangeOutcome> {
    const { id, file } = await admitToEditFile(this.#access, this.#caller, { fileId }, this.#now);
    const wanted = name === undefined ? file.name : storedName(name);
    const destination =
      parent === undefined ? undefined : await admitToFillFolder(this.#rows, this.#caller, parent, this.#now);
    if (destination !== undefined && destination.folder.accountId !== file.accountId) throw otherAccount();
    const target = destination?.id;
    const folderId = target ?? file.folderId ?? 0;
    const isMove = folderId !== file.folderId;
    if (!isMove && this.#isSettled("file", file.name, wanted)) return { outcome: "unchanged", name: file.name };
    const settled = await this.#freeName("file", folderId, wanted);
    if (settled === undefined) return { outcome: "skipped", name: file.name };
    const changes = { ...(isMove && target !== undefined ? { folderId: target } : {}), name: settled };
    await this.#rows.files.updateMany([{ id, changes }]);
    this.#noteFile(isMove ? "file.move" : "file.rename", briefFile({ ...file, ...changes }));
    return { outcome: "done", name: settled };
  }

  async #removeFolder(reference: FolderReference): Promise<ChangeOutcome> {
    const admitted = await admitToFillFolder(this.#rows, this.#caller, reference, this.#now);
    refuseRoot(admitted);
    const work = { now: this.#now, usualDays: this.#usualDays };
    const trashId = await removeEmptyFolder(this.#rows, this.#caller, admitted, work);
    this.#noteFolder("folder.remove", admitted.folder);
    const { name, accountId } = admitted.folder;
    return { outcome: "done", name, ...this.#toldTrash(accountId, trashId) };
  }

  async #moveFolder(reference: FolderReference, { parent, name }: EntryMove): Promise<ChangeOutcome> {
    const moved = await admitToFillFolder(this.#rows, this.#caller, reference, this.#now);
    refuseRoot(moved);
    const { folder } = moved;
    const wanted = name === undefined ? folder.name : storedName(name);
    const target = parent === undefined ? undefined : await newParentId(this.#rows, moved, parent, this.#now);
    const parentId = target ?? folder.parentId ?? 0;
    const isMove = parentId !== folder.parentId;
    if (!isMove && this.#isSettled("folder", folder.name, wanted)) return { outcome: "unchanged", name: folder.name };
    const settled = await this.#freeName("folder", parentId, wanted);
    if (settled === undefined) return { outcome: "skipped", name: folder.name };
    const place = isMove && target !== undefined ? { parentId: target } : {};
    await this.#rows.folders.update(moved.id, { ...place, name: settled });
    this.#noteFolder("folder.move", { ...folder, name: settled });
    return { outcome: "done", name: settled };
  }

  /** Also true if an earlier call kept it beside another entry: repeating a change has no effect. */
  #isSettled(kind: NamedKind, name: string, wanted: string): boolean {
    return name === wanted || (this.#nameTaken === "keep-both" && isBeside(name, wanted, kind));
  }

  /** The name to use in a folder; undefined if the entry is skipped. */
  async #freeName(kind: NamedKind, folderId: number, wanted: string): Promise<string | undefined> {
    if (!(await isNameTaken(this.#rows, kind, folderId, wanted))) return wanted;
    switch (this.#nameTaken) {
      case "skip":
        return undefined;
      case "fail":
        throw taken(kind);
      case "keep-both":
        return this.#numberedName(kind, folderId, wanted);
      case "replace":
        await (kind === "file" ? this.#clearFiles(folderId, wanted) : this.#clearFolder(folderId, wanted));
        return wanted;
    }
  }

  async #numberedName(kind: NamedKind, folderId: number, wanted: string): Promise<string> {
    const key = `${kind} ${folderId} ${wanted}`;
    const found = await findNumberedName(this.#rows, kind, folderId, { wanted, from: this.#numbers.get(key) ?? 2 });
    if (found === undefined) throw taken(kind);
    this.#numbers.set(key, found.number + 1);
    return found.name;
  }

  /** Several files may have the same name: all of them are replaced, or none if there are too many. */
  async #clearFiles(folderId: number, name: string): Promise<void> {
    const found = await this.#rows.files.listByName(folderId, name, MOST_REPLACED + 1);
    if (found.length > MOST_REPLACED) throw taken("file");
    const admitted: AdmittedFile<"file.remove">[] = [];
    for (const { id: fileId } of found) admitted.push(await this.#admitToRemove(fileId));
    for (const each of admitted) await this.#removeAdmitted(each);
  }

  /** Only an empty folder can be replaced. */
  async #clearFolder(parentId: number, name: string): Promise<void> {
    const found = await this.#rows.folders.findChild(parentId, name);
    if (found !== undefined) await this.#removeFolder(found.id);
  }

  #noteFile(action: FileAction, file: BriefFile): void {
    const noted = this.#files.get(action) ?? [];
    noted.push(file);
    this.#files.set(action, noted);
  }

  #noteFolder(action: FolderAction, folder: Pick<Folder, "id" | "name" | "accountId">): void {
    const noted = this.#folders.get(action) ?? [];
    noted.push(folder);
    this.#folders.set(action, noted);
  }

  async #record(): Promise<void> {
    const ofFiles = [...this.#files].flatMap(([action, files]) => fileRecords(this.#caller, this.#now, action, files));
    const ofFolders = [...this.#folders].flatMap(([action, folders]) =>
      folderRecords(this.#caller, this.#now, action, folders),
    );
    await this.#rows.audit.append([...ofFiles, ...ofFolders]);
  }
}

const taken = (kind: NamedKind) =>
  kind === "file"
    ? new DomainError("file-exists", "There is already a file with this name there; this entry was not changed.")
    : new DomainError("folder-exists", "There is already a folder with this name there; this entry was not changed.");
