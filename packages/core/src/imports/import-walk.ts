import type { Repositories } from "../ports/database.ts";
import type { ImportListing, ListedSource } from "../ports/import-source.ts";
import { DomainError, isDomainError } from "../errors.ts";
import { keptName, withPictures } from "../files/names.ts";
import { makeFolder } from "../folders/folder-service.ts";
import type { AccountActor } from "../policy/actor.ts";
import { refusedHere } from "../remote/fetch-error.ts";
import { boundedMessage, shortened } from "../remote/fetch-message.ts";
import type { ImportEntry } from "./import.ts";
import type { NewImportEntry } from "./import-repository.ts";

const PAGE = 1000;
const LONGEST_REFERENCE = 8192;

export interface FoundEntries {
  entries: NewImportEntry[];
  collisions: number;
}

/** What a folder here holds under the names that are wanted, each content once for each file that has it. */
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
        held.#add(name, contentOf({ whirlpool, sizeBytes }), 1);
      }
      after = page.at(-1);
      if (page.length < PAGE) return held;
    }
  }

  /** For a transaction that may run again. */
  copy(): HeldContents {
    const copy = new HeldContents();
    for (const [name, counts] of this.#byName) copy.#byName.set(name, new Map(counts));
    return copy;
  }

  /** Takes the content away, so that a second file of the same name and content at the source needs a second one here. */
  take(name: string, source: ListedSource): "present" | "collides" | "absent" {
    const counts = this.#byName.get(name);
    if (counts === undefined || counts.size === 0) return "absent";
    const content = contentOf(source);
    if (source.whirlpool === undefined || !counts.has(content)) return "collides";
    this.#add(name, content, -1);
    return "present";
  }

  /** Counted, since a folder may hold a name and a content a hundred thousand times. */
  #add(name: string, content: string, added: 1 | -1): void {
    const counts = this.#byName.get(name) ?? new Map<string, number>();
    const count = (counts.get(content) ?? 0) + added;
    if (count > 0) counts.set(content, count);
    else counts.delete(content);
    this.#byName.set(name, counts);
  }
}

const contentOf = ({ whirlpool, sizeBytes }: Pick<ListedSource, "whirlpool" | "sizeBytes">): string =>
  `${whirlpool} ${sizeBytes}`;

/** The entries that a listing makes, with the folders made that they become. */
export async function entriesOf(
  rows: Repositories,
  actor: AccountActor,
  input: {
    at: ImportEntry;
    listing: ImportListing;
    held: HeldContents;
    isPlan: boolean;
    maxEntries: number;
    now: Date;
  },
): Promise<FoundEntries> {
  const { at, listing, held, now } = input;
  const base = { parent: at.place, notBefore: now, sizeBytes: undefined, whirlpool: undefined, folderId: undefined };
  const entries: NewImportEntry[] = [];
  let collisions = 0;
  for (const { reference, name } of listing.folders) {
    const made = await unlessUnfit(async () => {
      requireShort(reference);
      return folderFor(rows, actor, { ...input, name: keptName(name) });
    });
    const entry = { ...base, isFolder: true, ...shown({ reference, name }) };
    entries.push("failure" in made ? { ...entry, ...failed(made.failure) } : { ...entry, ...made, ...open });
  }
  for (const listed of listing.files) {
    const file = soundFile(listed);
    const { reference, name, sizeBytes, whirlpool } = file;
    const kept = await unlessUnfit(async () => {
      requireShort(reference);
      return { name: keptName(name) };
    });
    const entry = { ...base, isFolder: false, ...shown(file), sizeBytes, whirlpool, folderId: at.folderId };
    if ("failure" in kept) {
      entries.push({ ...entry, ...failed(kept.failure) });
      continue;
    }
    const found = held.take(kept.name, file);
    if (found === "collides") collisions += 1;
    entries.push({ ...entry, ...kept, state: found === "present" ? "present" : "open", messages: [] });
  }
  for (const { name, reason } of listing.lacking) {
    const messages = [boundedMessage(reason)];
    entries.push({ ...base, isFolder: true, ...shown({ reference: "", name }), state: "failed", messages });
  }
  return { entries, collisions };
}

/** A source is a stranger: what is no size and no checksum counts for nothing. */
function soundFile({ sizeBytes, whirlpool, ...file }: ListedSource): ListedSource {
  return {
    ...file,
    sizeBytes: Number.isSafeInteger(sizeBytes) && (sizeBytes ?? -1) >= 0 ? sizeBytes : undefined,
    whirlpool: whirlpool !== undefined && /^[\da-f]{128}$/.test(whirlpool) ? whirlpool : undefined,
  };
}

/** @throws {DomainError} `bad-name` */
function requireShort(reference: string): void {
  if (reference.length <= LONGEST_REFERENCE) return;
  throw new DomainError("bad-name", "The source calls it by an address that is too long.");
}

/** As it may be kept, also of what is refused. */
function shown({ reference, name }: { reference: string; name: string }): { reference: string; name: string } {
  return { reference: reference.toWellFormed().slice(0, LONGEST_REFERENCE), name: withPictures(shortened(name)) };
}

const open = { state: "open", messages: [] } as const;
const failed = (refusal: DomainError) => ({ state: "failed", messages: [refusedHere(refusal)] }) as const;

/** The reason where no folder or file here can have the name or the place. */
async function unlessUnfit<T extends object>(work: () => Promise<T>): Promise<T | { failure: DomainError }> {
  try {
    return await work();
  } catch (error) {
    if (isDomainError(error, "bad-name") || isDomainError(error, "folder-too-deep")) return { failure: error };
    throw error;
  }
}

async function folderFor(
  rows: Repositories,
  actor: AccountActor,
  {
    at,
    name,
    isPlan,
    maxEntries,
    now,
  }: { at: ImportEntry; name: string; isPlan: boolean; maxEntries: number; now: Date },
): Promise<{ name: string; folderId: number | undefined }> {
  if (at.folderId === undefined) {
    if (isPlan) return { name, folderId: undefined };
    throw new DomainError("folder-not-found", "The folder that this goes to is gone.");
  }
  const child = await rows.folders.findChild(at.folderId, name);
  if (child !== undefined) return { name, folderId: child.id };
  if (isPlan) return { name, folderId: undefined };
  return { name, folderId: (await makeFolder(rows, actor, { parent: at.folderId, name, maxEntries, now })).id };
}
