import { backoffMs } from "../jobs/backoff.ts";
import { ClaimLostError, type JobAttempt, JobCancelledError, JobTimeoutError } from "../jobs/job-kind.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import { withPictures } from "../files/names.ts";
import type { Repositories } from "../ports/database.ts";
import type { ImportAccess, ImportSource } from "../ports/import-source.ts";
import { type FetchMessage, TOOK_TOO_LONG } from "../remote/fetch-message.ts";
import { ordererOf } from "../remote/orderer.ts";
import { laneOf } from "../remote/source-address.ts";
import { type Import, IMPORT, type ImportEntry } from "./import.ts";
import { answers, boundedMs, mayBeOfOne, troubleOf, type ImportTrouble } from "./import-failure.ts";
import { ImportFetch, type ImportParts } from "./import-fetch.ts";
import { sealedAbout } from "./import-access.ts";
import { afterTrouble, goOn, LONGEST_PAUSE_MS, type Next } from "./import-next.ts";
import { reopenFailed } from "./import-reopen.ts";
import type { NewImportEntry } from "./import-repository.ts";
import { storedReason } from "./import-texts.ts";
import { foundIn, HeldContents, withFolders, requireBounded, sumOf } from "./import-walk.ts";

/** After this the next job continues, so that others get their turn, and earlier failures no longer count. */
const SLICE_MS = 10 * 60_000;
const FILES_AT_ONCE = 2;
const MOST_TRIES = 8;
const LONGEST_PACE_MS = 24 * 3_600_000;
/** Per transaction. */
const ENTRIES_AT_ONCE = 250;

export interface ImportRunParts extends ImportParts {
  jobs(): JobQueue;
}

/**
 * One slice of work on an import: folders first, then files. All progress is in the rows, so it may stop at any point.
 */
export class ImportRun {
  readonly #parts: ImportRunParts;
  readonly #attempt: JobAttempt;
  readonly #order: Import;
  readonly #startedAtMs = performance.now();
  readonly #receivedBytes = new Map<number, number>();
  #hasPaused: boolean;
  /** Something has arrived since the source last failed to answer. */
  #isAnswering = false;

  constructor(parts: ImportRunParts, attempt: JobAttempt, order: Import) {
    this.#parts = parts;
    this.#attempt = attempt;
    this.#order = order;
    this.#hasPaused = order.pauses > 0 || order.messages.length > 0;
  }

  async run(): Promise<void> {
    let next: Next;
    try {
      const source = await this.#parts.importSources.open(await this.#access());
      if (this.#attempt.job.payload["reopens"] === true) {
        await reopenFailed(this.#attempt, this.#parts.clock, this.#order.id);
      }
      next = await this.#work(source);
    } catch (error) {
      next = this.#afterFailure(error);
    }
    await this.#settle(next);
  }

  async #access(): Promise<ImportAccess> {
    const { sealedAccess = "", accountId } = this.#order;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sealed by whoever took the order, and by nobody else
    return JSON.parse(await this.#parts.sealer.open(sealedAccess, sealedAbout(accountId))) as ImportAccess;
  }

  async #work(source: ImportSource): Promise<Next> {
    const { id, isPlan, state } = this.#order;
    if (state === "walking") {
      const waiting = await this.#walkAll(source);
      if (waiting !== undefined) return waiting;
      const paceMs = boundedMs(await source.paceMs(), LONGEST_PACE_MS);
      if (isPlan) return { kind: "end", end: { state: "planned", messages: [], paceMs } };
      await this.#commit((rows) => rows.imports.beginCopying(id, paceMs));
      await this.#attempt.step("walked");
    }
    return this.#copyAll(source);
  }

  /** Undefined once every folder was read. */
  async #walkAll(source: ImportSource): Promise<Next | undefined> {
    for (;;) {
      if (this.#isSliceOver()) return goOn();
      const [folder] = await this.#due("folder", 1);
      if (folder === undefined) return this.#waitForDue("folder");
      const failure = await this.#tryEntry(source, folder, () => this.#walk(source, folder));
      if (failure !== undefined && folder.parent === undefined) {
        return { kind: "end", end: { state: "failed", messages: [failure] } };
      }
      await this.#attempt.step("folder");
    }
  }

  /** In portions: a folder may list a hundred thousand others, and nobody else can write during a transaction. */
  async #walk(source: ImportSource, folder: ImportEntry): Promise<void> {
    const { database, space, clock } = this.#parts;
    const { id } = this.#order;
    await this.#dropUnfinished();
    const reference = folder.parent === undefined ? undefined : folder.reference;
    const listing = await source.list(reference, this.#attempt.signal);
    const names = new Set(listing.files.map(({ name }) => withPictures(name)));
    const held = await HeldContents.read(database, folder.folderId, names);
    const now = clock.now();
    const { entries, ...found } = foundIn(listing, folder, held, now);
    await space.takeRows(entries.length);
    for (let from = 0; ; from += ENTRIES_AT_ONCE) {
      const isLast = from + ENTRIES_AT_ONCE >= entries.length;
      await this.#commit(async (rows) => {
        requireBounded((await rows.imports.findById(id)) ?? this.#order, entries.slice(from));
        const created = await this.#createEntries(rows, folder, entries.slice(from, from + ENTRIES_AT_ONCE), now);
        await rows.imports.addEntries(id, created, isLast ? found : { collisions: 0 });
        if (isLast) await rows.imports.endEntry(id, folder.place, { state: "done", messages: [] });
      });
      if (isLast) return;
      await this.#attempt.step("part of a folder");
    }
  }

  async #createEntries(rows: Repositories, at: ImportEntry, entries: readonly NewImportEntry[], now: Date) {
    const actor = await ordererOf(rows, this.#order, now);
    const { maxEntries } = this.#parts.rules;
    return withFolders(rows, actor, entries, { order: this.#order, at, maxEntries, now });
  }

  /**
   * Entries recorded for a folder before its worker ended, or before the limit was reached: the folder is listed again,
   * and may contain others now.
   */
  async #dropUnfinished(): Promise<void> {
    const { id } = this.#order;
    while ((await this.#attempt.commit((rows) => rows.imports.removeUnfinished(id, ENTRIES_AT_ONCE))) > 0);
  }

  async #copyAll(source: ImportSource): Promise<Next> {
    const busy = new Set<number>();
    let failure: { error: unknown } | undefined;
    const copyOn = async (): Promise<void> => {
      while (failure === undefined && !this.#isSliceOver()) {
        const due = await this.#due("file", busy.size + 1);
        const entry = due.find(({ place }) => !busy.has(place));
        if (entry === undefined) return;
        busy.add(entry.place);
        try {
          await this.#tryEntry(source, entry, () => this.#copy(source, entry));
        } catch (error) {
          failure ??= { error };
        } finally {
          busy.delete(entry.place);
          this.#receivedBytes.delete(entry.place);
        }
      }
    };
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, copyOn));
    if (failure !== undefined) throw failure.error;
    if (this.#isSliceOver()) return goOn();
    return (await this.#waitForDue("file")) ?? { kind: "end", end: { state: "done", messages: [] } };
  }

  async #copy(source: ImportSource, entry: ImportEntry): Promise<void> {
    const progress = (received: number): void => {
      this.#receivedBytes.set(entry.place, received);
      const done = sumOf([...this.#receivedBytes.values()]);
      void this.#attempt.report({ done, total: undefined }, { topic: "import", id: this.#order.id });
    };
    await using fetch = new ImportFetch(this.#parts, this.#attempt, { order: this.#order, entry, progress });
    await fetch.run(source);
  }

  /**
   * Counts the attempt before it starts, so that work that kills its worker every time ends too. Returns why it failed
   * permanently.
   */
  async #tryEntry(
    source: ImportSource,
    entry: ImportEntry,
    work: () => Promise<void>,
  ): Promise<FetchMessage | undefined> {
    const { id } = this.#order;
    const { place, attempts, notBefore } = entry;
    const note = (changes: Partial<Pick<ImportEntry, "attempts" | "notBefore">>, reason?: FetchMessage) =>
      this.#commit(async (rows) => {
        const said = reason && { messages: await storedReason(rows, id, reason) };
        await rows.imports.noteAttempt(id, place, { attempts, notBefore, ...changes, ...said });
      });
    await note({ attempts: attempts + 1 });
    try {
      await work();
      this.#isAnswering = true;
      if (this.#hasPaused) await this.#commit((rows) => rows.imports.endPause(id));
      this.#hasPaused = false;
      return undefined;
    } catch (error) {
      const { signal } = this.#attempt;
      if (signal.reason instanceof JobTimeoutError) return await this.#endEntry(entry, TOOK_TOO_LONG);
      // Stopping the server is not the source's fault.
      if (signal.aborted) await note({}).catch(() => undefined);
      signal.throwIfAborted();
      const trouble = await this.#judged(troubleOf(error), source, entry);
      if (trouble?.of !== "entry") {
        if (trouble !== undefined) await note(await this.#placedBehind(entry, trouble));
        throw error;
      }
      if (trouble.isFinal || attempts + 1 >= MOST_TRIES) {
        return await this.#endEntry(entry, trouble.reason);
      }
      const waitMs = Math.max(backoffMs(attempts + 1), boundedMs(trouble.retryAfterMs ?? 0, LONGEST_PAUSE_MS));
      const again = new Date(this.#parts.clock.now().getTime() + waitMs);
      await note({ attempts: attempts + 1, notBefore: again }, trouble.reason);
      return undefined;
    }
  }

  /** If the source provides something else, only this entry is in trouble. */
  async #judged(
    trouble: ImportTrouble | undefined,
    source: ImportSource,
    entry: ImportEntry,
  ): Promise<ImportTrouble | undefined> {
    if (!mayBeOfOne(trouble)) return trouble;
    const { pauseMs, reason } = trouble;
    const { kind } = this.#order;
    const isOfOne = this.#isAnswering || (entry.parent !== undefined && (await answers(source, kind, this.#attempt)));
    this.#isAnswering = false;
    return isOfOne ? { of: "entry", isFinal: false, retryAfterMs: pauseMs, reason } : trouble;
  }

  /** After the pause others come first, if there are any: they show whether the source or this entry is the problem. */
  async #placedBehind(
    { isFolder }: ImportEntry,
    trouble: ImportTrouble,
  ): Promise<Partial<Pick<ImportEntry, "notBefore">>> {
    if (!mayBeOfOne(trouble) || (await this.#due(isFolder ? "folder" : "file", 2)).length < 2) return {};
    const pauseMs = trouble.pauseMs ?? backoffMs(this.#order.pauses + 1, () => 1);
    return { notBefore: new Date(this.#parts.clock.now().getTime() + 2 * pauseMs) };
  }

  /**
   * Removes what was recorded of a folder before it failed: a retry lists it again, and would otherwise fetch
   * everything twice.
   */
  async #endEntry({ place, isFolder }: ImportEntry, reason: FetchMessage): Promise<FetchMessage> {
    const { id } = this.#order;
    if (isFolder) await this.#dropUnfinished();
    await this.#commit(async (rows) => {
      await rows.imports.endEntry(id, place, { state: "failed", messages: await storedReason(rows, id, reason) });
    });
    return reason;
  }

  #due(kind: "folder" | "file", limit: number): Promise<ImportEntry[]> {
    const { database, clock } = this.#parts;
    return database.imports.listDue(this.#order.id, kind, { now: clock.now(), limit });
  }

  async #waitForDue(kind: "folder" | "file"): Promise<Next | undefined> {
    const { database, clock } = this.#parts;
    const dueAt = await database.imports.nextDueAt(this.#order.id, kind);
    return dueAt === undefined ? undefined : goOn(Math.max(0, dueAt.getTime() - clock.now().getTime()));
  }

  #isSliceOver(): boolean {
    const isTooLong = this.#attempt.signal.reason instanceof JobTimeoutError;
    return isTooLong || performance.now() - this.#startedAtMs > SLICE_MS;
  }

  #afterFailure(error: unknown): Next {
    const { signal } = this.#attempt;
    // What took too long is recorded already: the rest continues, and nothing counts against it.
    if (signal.reason instanceof JobTimeoutError) return goOn();
    signal.throwIfAborted();
    const trouble = troubleOf(error);
    if (trouble === undefined || trouble.of === "entry") throw error;
    return afterTrouble(trouble, this.#hasPaused ? this.#order.pauses : 0);
  }

  async #settle(next: Next): Promise<void> {
    const { id, accountId } = this.#order;
    if (next.kind === "end") {
      await this.#commit((rows) => rows.imports.end(id, { ...next.end, at: this.#parts.clock.now() }));
      return;
    }
    const runAt = new Date(this.#parts.clock.now().getTime() + next.afterMs);
    await this.#commit(async (rows) => {
      const now = await rows.imports.findById(id);
      if (now === undefined || now.endedAt !== undefined) return;
      // A cancelled import has no next job.
      if ((await rows.jobs.findById(this.#attempt.job.id))?.isCancelRequested === true) throw new JobCancelledError();
      const order = {
        kind: IMPORT,
        payload: { import: id },
        accountId,
        lane: laneOf(this.#order.sourceUrl),
        runAt,
      };
      const jobId = await this.#parts.jobs().add(rows, order);
      if (jobId === undefined) throw new ClaimLostError();
      await rows.imports.handOver(id, { jobId, messages: next.messages, pauses: next.pauses });
    });
    this.#parts.jobs().wake();
  }

  #commit: JobAttempt["commit"] = (work) => this.#attempt.commit(work);
}
