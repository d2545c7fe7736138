import { DomainError } from "../errors.ts";
import { admitToFolder } from "../folders/folder-access.ts";
import type { JobAttempt } from "../jobs/job-kind.ts";
import type { AccountActor } from "../policy/actor.ts";
import type { Repositories } from "../ports/database.ts";
import type { ImportSource, ImportSources } from "../ports/import-source.ts";
import type { Sealer } from "../ports/sealer.ts";
import type { OpenedSource } from "../ports/source-fetcher.ts";
import { FetchError } from "../remote/fetch-error.ts";
import { FetchedFile, type FetchedFileParts } from "../remote/fetched-file.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import type { ReceivedFile } from "../uploads/incoming-file.ts";
import { fileReceived, type Filing } from "../uploads/upload-filing.ts";
import type { Import, ImportEntry } from "./import.ts";

export interface ImportParts extends FetchedFileParts {
  importSources: ImportSources;
  sealer: Sealer;
  space: StorageSpace;
  rules: FetchedFileParts["rules"] & { maxEntries: number };
}

/** The received bytes do not match the source's listing. Another attempt may succeed. */
export class ContentMismatchError extends FetchError {
  override name = "ContentMismatchError";
}

/** One attempt at one file of an import; verified against the source's checksum before it is stored. */
export class ImportFetch implements AsyncDisposable {
  readonly #parts: ImportParts;
  readonly #attempt: JobAttempt;
  readonly #order: Import;
  readonly #entry: ImportEntry;
  readonly #progress: (received: number) => void;
  readonly #file: FetchedFile;
  /** The checksum from the source, if any. */
  #whirlpool: string | undefined;
  /** Neither the listing nor the answer gives a length. */
  #isEndUntold = false;

  constructor(
    parts: ImportParts,
    attempt: JobAttempt,
    input: { order: Import; entry: ImportEntry; progress: (received: number) => void },
  ) {
    this.#parts = parts;
    this.#attempt = attempt;
    this.#order = input.order;
    this.#entry = input.entry;
    this.#progress = input.progress;
    this.#file = new FetchedFile(parts, attempt, input.order);
  }

  async run(source: ImportSource): Promise<void> {
    await this.#file.requireOrderer();
    const { url, whirlpool = this.#entry.whirlpool } = await source.locate(this.#entry.reference, this.#attempt.signal);
    this.#whirlpool = whirlpool;
    await this.#attempt.step("located");
    if (await this.#isHere()) return;
    const headOf = async (opened: OpenedSource) => this.#headOf(opened);
    const received = await this.#file.receive({ url, headers: [], headOf, progress: this.#progress });
    this.#requireListed(received);
    await this.#attempt.step("proved");
    await this.#file.file(received, (rows, actor, now) => this.#makeRows(rows, actor, { received, now }));
    await this.#attempt.step("filed");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }

  /** If the listing has no checksums, only now can an identical existing file be found. */
  async #isHere(): Promise<boolean> {
    const { place, folderId, name, whirlpool, sizeBytes } = this.#entry;
    if (whirlpool !== undefined || this.#whirlpool === undefined || folderId === undefined) return false;
    const content = { whirlpool: this.#whirlpool, sizeBytes };
    const held = await this.#parts.database.files.findByContent(folderId, name, content);
    if (held === undefined) return false;
    const end = { state: "present", messages: [], fileId: held.id } as const;
    await this.#attempt.commit((rows) => rows.imports.endEntry(this.#order.id, place, end));
    return true;
  }

  #headOf(opened: OpenedSource): { name: string; sizeBytes: number | undefined } {
    const { name, sizeBytes } = this.#entry;
    if (sizeBytes !== undefined && opened.sizeBytes !== undefined && opened.sizeBytes !== sizeBytes) {
      throw new ContentMismatchError({ code: "listed-and-sends", listed: sizeBytes, sent: opened.sizeBytes });
    }
    this.#isEndUntold = sizeBytes === undefined && opened.isEndUntold === true;
    return { name, sizeBytes: sizeBytes ?? opened.sizeBytes };
  }

  #requireListed(received: ReceivedFile): void {
    const { sizeBytes } = this.#entry;
    const whirlpool = this.#whirlpool;
    if (sizeBytes !== undefined && received.sizeBytes !== sizeBytes) {
      throw new ContentMismatchError({ code: "listed-and-came", listed: sizeBytes, received: received.sizeBytes });
    }
    if (whirlpool !== undefined && received.whirlpool !== whirlpool) {
      throw new ContentMismatchError({ code: "other-checksum" });
    }
  }

  /** Creates the file and records its arrival. Undefined if there is nothing to store. */
  async #makeRows(
    rows: Repositories,
    actor: AccountActor,
    { received, now }: { received: ReceivedFile; now: Date },
  ): Promise<Filing | undefined> {
    const { id } = this.#order;
    const { folderId, place, name, whirlpool } = this.#entry;
    if (folderId === undefined) throw new DomainError("folder-not-found", "The destination folder no longer exists.");
    const folder = (await admitToFolder(rows, actor, folderId, now)).folder.id;
    const held = whirlpool === undefined ? await rows.files.findByContent(folder, name, received) : undefined;
    if (held !== undefined) {
      // The source had no checksum, so only now can an identical existing file be found, whichever import put it there.
      await rows.imports.endEntry(id, place, { state: "present", messages: [], fileId: held.id });
      return undefined;
    }
    const domain = actor.account.settings.defaultDomain;
    const options = { folder, isFolderRequired: true, domain, passwordHash: undefined };
    const { maxEntries } = this.#parts.rules;
    const filing = await fileReceived(rows, actor, { received: [received], options, maxEntries, now });
    const [file] = filing.uploaded;
    if (file === undefined) throw new Error("Nothing was filed.");
    const isProved = !this.#isEndUntold || this.#whirlpool !== undefined;
    const messages = isProved ? [] : [{ code: "length-untold" } as const];
    const end = { state: "done", messages, fileId: file.fileId } as const;
    if (!(await rows.imports.endEntry(id, place, end))) {
      throw new Error(`File ${place} of import ${id} was filed before.`);
    }
    return filing;
  }
}
