import { auditRecord, recordedName } from "../audit/audit-trail.ts";
import { DomainError } from "../errors.ts";
import { type AdmittedFolder, namesBelow } from "../folders/folder-access.ts";
import { requireDepth } from "../folders/folder-depth.ts";
import type { UsableFolderId } from "../folders/folder-repository.ts";
import { isAccountActor } from "../policy/actor.ts";
import { findOldPlace, findUsable, freeNameFor, type RestoringCall } from "./old-place.ts";
import { admitToTrash } from "./trash-access.ts";
import type { UsableTrashId } from "./trash-repository.ts";
import type { TrashEntry } from "./trash.ts";

/** Restoring each takes several statements. */
const FOLDERS_PER_STEP = 100;
const FILES_PER_STEP = 250;
/** The rest of a partly restored folder is kept for at least this long. */
const REST_LIFE_MS = 7 * 24 * 3_600_000;

/** Where an entry was restored to. */
export interface RestoredEntry {
  readonly kind: "file" | "folder";
  readonly targetId: string;
  /** Differs from the old name if that was taken. */
  readonly name: string;
  readonly folderId: number;
  /** Names of the parent folders, from below the root that the caller sees. */
  readonly path: readonly string[];
}

/** Restores part of an entry; undefined while there is more. Runs in a transaction. */
export async function restoreSome(call: RestoringCall): Promise<RestoredEntry | undefined> {
  const { id, entry } = await admitToTrash(call.rows, call.caller, call.entryId, call.now);
  const restored = entry.kind === "file" ? await restoreFile(call, id, entry) : await restoreFolder(call, id, entry);
  if (restored === undefined) {
    await call.rows.trash.noteRestoring(id, new Date(call.now.getTime() + REST_LIFE_MS));
    return undefined;
  }
  await call.rows.trash.remove(id);
  const change = {
    action: `${entry.kind}.restore`,
    objectId: entry.targetId,
    details: { name: recordedName(restored.name) },
  };
  await call.rows.audit.append([auditRecord(call.caller, call.now, change)]);
  return restored;
}

async function restoreFile(call: RestoringCall, id: UsableTrashId, entry: TrashEntry): Promise<RestoredEntry> {
  const admitted = await findOldPlace(call, entry.place);
  const name = await freeNameFor(call, "file", admitted.folder.id, entry.name);
  await call.rows.trash.putFiles(id, [{ id: entry.targetId, folderId: admitted.id, name }]);
  return restoredIn(call, admitted, { ...entry, name });
}

async function restoreFolder(
  call: RestoringCall,
  id: UsableTrashId,
  entry: TrashEntry,
): Promise<RestoredEntry | undefined> {
  const { trash } = call.rows;
  const places = new Places(call, entry);
  const folders = await trash.listFolders(entry.id, FOLDERS_PER_STEP);
  for (const folder of folders) {
    const isTop = String(folder.id) === entry.targetId;
    const parentId = isTop ? await places.findForTop() : await places.find(folder.parentId);
    const name = await freeNameFor(call, "folder", parentId, folder.name);
    await trash.putFolder(id, folder.id, { parentId, name });
  }
  if (folders.length === FOLDERS_PER_STEP) return undefined;
  const files = await trash.listFiles(entry.id, FILES_PER_STEP);
  const placed: { id: string; folderId: UsableFolderId; name: string }[] = [];
  for (const file of files) placed.push({ ...file, folderId: await places.find(file.folderId) });
  await trash.putFiles(id, placed);
  if (files.length === FILES_PER_STEP) return undefined;
  const folder = await call.rows.folders.findById(Number(entry.targetId));
  const above = await findUsable(call, folder?.parentId ?? "root");
  if (above === undefined) throw new DomainError("folder-not-found", "The folder was moved away in the meantime.");
  return restoredIn(call, above, { ...entry, name: folder?.name ?? entry.name });
}

/** Where the contents of an entry go; each folder is looked up once. */
class Places {
  readonly #call: RestoringCall;
  readonly #entry: TrashEntry;
  readonly #known = new Map<number, UsableFolderId>();
  #rest: UsableFolderId | undefined;

  constructor(call: RestoringCall, entry: TrashEntry) {
    this.#call = call;
    this.#entry = entry;
  }

  async findForTop(): Promise<UsableFolderId> {
    const { place, levels } = this.#entry;
    const { id, ancestry } = await findOldPlace(this.#call, place);
    requireDepth({ depth: ancestry.length - 1, levels });
    return id;
  }

  /** The folder with that id or, if it is gone, the one that the entry stands for. */
  async find(folderId: number): Promise<UsableFolderId> {
    const known = this.#known.get(folderId);
    if (known !== undefined) return known;
    const found = (await findUsable(this.#call, folderId))?.id ?? (this.#rest ??= await this.#findRest());
    this.#known.set(folderId, found);
    return found;
  }

  /** If a removal was interrupted, the folder itself may have been removed later, with another entry. */
  async #findRest(): Promise<UsableFolderId> {
    const { place, targetId, name } = this.#entry;
    return (await findOldPlace(this.#call, [...place, { id: Number(targetId), name }])).id;
  }
}

function restoredIn(
  { caller }: RestoringCall,
  { folder, ancestry }: AdmittedFolder,
  { kind, targetId, name }: Pick<TrashEntry, "kind" | "targetId" | "name">,
): RestoredEntry {
  const path = isAccountActor(caller) ? namesBelow(ancestry, caller.rootFolderId) : [];
  return { kind, targetId, name, folderId: folder.id, path };
}
