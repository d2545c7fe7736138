import type { Repositories } from "../ports/database.ts";
import type { ImportListing, ListedSource } from "../ports/import-source.ts";
import { DomainError, isDomainError } from "../errors.ts";
import { storedName, withPictures } from "../files/names.ts";
import { admitToFolder } from "../folders/folder-access.ts";
import { requireDepth } from "../folders/folder-depth.ts";
import { makeFolder } from "../folders/folder-service.ts";
import type { AccountActor } from "../policy/actor.ts";
import { refusedHere } from "../remote/fetch-error.ts";
import { boundedMessage, shortened } from "../remote/fetch-message.ts";
import { type Import, type ImportEntry, MOST_IMPORT_ENTRIES } from "./import.ts";
import { MOST_IMPORT_TEXT_BYTES, textBytesOf } from "./import-texts.ts";
import type { NewImportEntry } from "./import-repository.ts";

const PAGE = 1000;
const LONGEST_REFERENCE = 8192;

export interface FoundEntries {
  entries: NewImportEntry[];
  collisions: number;
  maybePresent: number;
}

/** The contents that a local folder holds under the wanted names, one for each file. */
export class HeldContents {
  readonly #byName = new Map<string, Map<string, number>>();

  static async read(
    rows: Pick<Repositories, "files">,
    folderId: number | undefined,
    names: ReadonlySet<string>,
  ): Promise<HeldContents> {
    const held = new HeldContents();
    if (folderId === undefined || names.size === 0) return held;
    for (let after: { createdAt: Date; id: string } | undefined; ;) {
      const page = await rows.files.listByFolder(folderId, { after, limit: PAGE });
      for (const { name, whirlpool, sizeBytes, isDamaged } of page) {
        if (!names.has(name) || isDamaged) continue;
        held.#add(name, { whirlpool, sizeBytes }, 1);
      }
      after = page.at(-1);
      if (page.length < PAGE) return held;
    }
  }

  /**
   * Takes the content out, so that a second file with the same name and content at the source needs a second one here.
   */
  take(name: string, source: ListedSource): "present" | "maybe-present" | "collides" | "absent" {
    const counts = this.#byName.get(name);
    if (counts === undefined || counts.size === 0) return "absent";
    if (source.whirlpool === undefined) {
      const { sizeBytes } = source;
      return sizeBytes === undefined || counts.has(sizeOf(source)) ? "maybe-present" : "collides";
    }
    if (!counts.has(contentOf(source))) return "collides";
    this.#add(name, source, -1);
    return "present";
  }

  /** Counted, since a folder may hold the same name and content a hundred thousand times. */
  #add(name: string, file: Content, added: 1 | -1): void {
    const counts = this.#byName.get(name) ?? new Map<string, number>();
    for (const key of [contentOf(file), sizeOf(file)]) {
      const count = (counts.get(key) ?? 0) + added;
      if (count > 0) counts.set(key, count);
      else counts.delete(key);
    }
    this.#byName.set(name, counts);
  }
}

type Content = Pick<ListedSource, "whirlpool" | "sizeBytes">;

const contentOf = ({ whirlpool, sizeBytes }: Content): string => `${whirlpool} ${sizeBytes}`;
const sizeOf = ({ sizeBytes }: Content): string => `any ${sizeBytes}`;

/** The entries in a listing, in the order of discovery; folders that are possible here are made later. */
export function foundIn(listing: ImportListing, at: ImportEntry, held: HeldContents, now: Date): FoundEntries {
  const base = {
    parent: at.place,
    notBefore: now,
    sizeBytes: undefined,
    whirlpool: undefined,
    folderId: undefined,
    collides: false,
    isMaybePresent: false,
  };
  const folders = listing.folders.map(({ reference, name }): NewImportEntry => {
    return { ...base, isFolder: true, ...shown({ reference, name }), ...usable(reference, name) };
  });
  const files = listing.files.map((listed): NewImportEntry => {
    const file = soundFile(listed);
    const { reference, name, sizeBytes, whirlpool } = file;
    const entry = { ...base, isFolder: false, ...shown(file), sizeBytes, whirlpool, folderId: at.folderId };
    const named = usable(reference, name);
    if (named.state === "failed") return { ...entry, ...named };
    const found = held.take(named.name, file);
    const state = found === "present" ? "present" : "open";
    return { ...entry, ...named, collides: found === "collides", isMaybePresent: found === "maybe-present", state };
  });
  const lacking = listing.lacking.map(({ name, reason }): NewImportEntry => {
    const messages = [boundedMessage(reason)];
    return { ...base, isFolder: true, ...shown({ reference: "", name }), state: "failed", messages };
  });
  const collisions = files.filter(({ collides }) => collides).length;
  const maybePresent = files.filter(({ isMaybePresent }) => isMaybePresent).length;
  return { entries: [...folders, ...files, ...lacking], collisions, maybePresent };
}

/** Some of the entries, with their folders made. */
export async function withFolders(
  rows: Repositories,
  actor: AccountActor,
  entries: readonly NewImportEntry[],
  { order: { id, isPlan }, ...input }: Omit<FolderPlace, "planDepth"> & { order: Pick<Import, "id" | "isPlan"> },
): Promise<NewImportEntry[]> {
  const isOpenFolder = ({ isFolder, state }: NewImportEntry) => isFolder && state === "open";
  const isDepthAsked = isPlan && entries.some(isOpenFolder);
  const planDepth = isDepthAsked ? await plannedDepth(rows, actor, { id, ...input }) : undefined;
  const created: NewImportEntry[] = [];
  for (const entry of entries) {
    created.push(isOpenFolder(entry) ? await withFolder(rows, actor, entry, { ...input, planDepth }) : entry);
  }
  return created;
}

interface FolderPlace {
  at: ImportEntry;
  /** Depth of `at` below the root; undefined if folders are really made. */
  planDepth: number | undefined;
  maxEntries: number;
  now: Date;
}

/** How deep a folder would be that a plan does not make: counted up to the first parent that exists. */
async function plannedDepth(
  rows: Repositories,
  actor: AccountActor,
  { id, at, now }: { id: number; at: ImportEntry; now: Date },
): Promise<number> {
  let levels = 0;
  let entry: ImportEntry | undefined = at;
  while (entry?.folderId === undefined && entry?.parent !== undefined) {
    entry = await rows.imports.findEntry(id, entry.parent);
    levels += 1;
  }
  if (entry?.folderId === undefined) throw new Error(`Entry ${at.place} of import ${id} lies nowhere.`);
  return levels + (await admitToFolder(rows, actor, entry.folderId, now)).ancestry.length - 1;
}

async function withFolder(
  rows: Repositories,
  actor: AccountActor,
  entry: NewImportEntry,
  place: FolderPlace,
): Promise<NewImportEntry> {
  try {
    return { ...entry, folderId: await folderFor(rows, actor, { ...place, name: entry.name }) };
  } catch (error) {
    if (isDomainError(error, "folder-too-deep")) return { ...entry, ...failed(error) };
    throw error;
  }
}

/** Sources are untrusted: invalid sizes and checksums are ignored. */
function soundFile({ sizeBytes, whirlpool, ...file }: ListedSource): ListedSource {
  return {
    ...file,
    sizeBytes: Number.isSafeInteger(sizeBytes) && (sizeBytes ?? -1) >= 0 ? sizeBytes : undefined,
    whirlpool: whirlpool !== undefined && /^[\da-f]{128}$/.test(whirlpool) ? whirlpool : undefined,
  };
}

/** The name as stored here, or the reason why it is impossible. */
function usable(reference: string, name: string) {
  try {
    requireShort(reference);
    return { name: storedName(name), ...open };
  } catch (error) {
    if (isDomainError(error, "bad-name")) return failed(error);
    throw error;
  }
}

/** @throws {DomainError} `bad-name` */
function requireShort(reference: string): void {
  if (reference.length <= LONGEST_REFERENCE) return;
  throw new DomainError("bad-name", "The source gives it a URL that is too long.");
}

/** Shortened for storage, also for refused names. */
function shown({ reference, name }: { reference: string; name: string }): { reference: string; name: string } {
  return { reference: reference.toWellFormed().slice(0, LONGEST_REFERENCE), name: withPictures(shortened(name)) };
}

const open = { state: "open", messages: [] } as const;
const failed = (refusal: DomainError) => ({ state: "failed", messages: [refusedHere(refusal)] }) as const;

async function folderFor(
  rows: Repositories,
  actor: AccountActor,
  { at, name, planDepth, maxEntries, now }: FolderPlace & { name: string },
): Promise<number | undefined> {
  const child = at.folderId === undefined ? undefined : await rows.folders.findChild(at.folderId, name);
  if (child !== undefined) return child.id;
  if (planDepth !== undefined) {
    requireDepth({ depth: planDepth, levels: 1 });
    return undefined;
  }
  if (at.folderId === undefined) {
    throw new DomainError("folder-not-found", "The destination folder no longer exists.");
  }
  return (await makeFolder(rows, actor, { parent: at.folderId, name, maxEntries, now })).id;
}

/** @throws {DomainError} `too-many-files` */
export function requireBounded(
  { tallies: { folders, files }, textBytes }: Pick<Import, "tallies" | "textBytes">,
  added: readonly NewImportEntry[],
): void {
  const known = sumOf(Object.values(folders)) + sumOf(Object.values(files).map(({ count }) => count));
  if (known + added.length > MOST_IMPORT_ENTRIES) {
    const most = MOST_IMPORT_ENTRIES.toLocaleString("en");
    throw new DomainError(
      "too-many-files",
      `One import can have up to ${most} files and folders; import it in several parts.`,
    );
  }
  if (textBytes + sumOf(added.map(textBytesOf)) > MOST_IMPORT_TEXT_BYTES) {
    const most = "The names and URLs of one import can take up to 128 MiB; import it in several parts.";
    throw new DomainError("too-many-files", most);
  }
  const knownBytes = sumOf(Object.values(files).map(({ bytes }) => bytes));
  if (knownBytes + sumOf(added.map(({ sizeBytes = 0 }) => sizeBytes)) <= Number.MAX_SAFE_INTEGER) return;
  throw new DomainError("too-many-files", "The source lists files with an impossible total size.");
}

export const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
