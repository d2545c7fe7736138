import type { Blob } from "../files/file.ts";
import type { Checksums } from "../files/checksums.ts";
import type { JobAttempt } from "../jobs/job-kind.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import { type BlobStore, BlobStoreError } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import type { Database } from "../ports/database.ts";
import { CLOCK_STEP_MS } from "../time-span.ts";
import { ContentCheck, type ContentFinding, isDamage } from "./content-check.ts";
import type { Notices } from "./notices.ts";
import { ReadingPace } from "./reading-pace.ts";
import { noteScrubState, readScrubState, type ScrubPass, type ScrubState } from "./scrub-state.ts";

const PAGE = 100;
const COUNTED_PAGE = 500;
/**
 * A job that runs for days would look stuck, and whatever interrupts it would count as a failed attempt: it ends after
 * this, and the next one continues.
 */
const RUN_MS = 9 * 60_000;
const KEEP_MS = 5000;
/** Finding and opening a content costs a disk as much as reading this. */
const OPENING_BYTES = 64 * 1024;
const LEAST_BYTES_PER_SECOND = 1_000_000;
/** Share of the time between two passes, so that a pass is over before the next is due. */
const SHARE_OF_TIME = 0.8;
/** Also sets the pace of a pass that was requested although the scrub is off. */
export const USUAL_SCRUB_MS = 30 * 24 * 3_600_000;

export interface ScrubRules {
  /** From the start of one pass to the start of the next; 0: only when requested. */
  everyMs: number;
  /** Undefined: fast enough to read everything within that time, at least 1 MB. */
  bytesPerSecond: number | undefined;
  /**
   * How often progress is saved; what was read since is read again after a crash, as is the content being read. Default
   * 5 s.
   */
  keepMs?: number;
  /** How long one job works on a pass before the next one continues. Default 9 minutes. */
  runMs?: number;
}

/** Rereads all stored bytes, slowly and repeatedly, and marks those that have changed since they were stored. */
export class Scrub {
  readonly rules: ScrubRules;
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #contents: ContentCheck;
  readonly #clock: Clock;
  readonly #notices: Notices;
  readonly #jobs: () => Pick<JobQueue, "add">;

  constructor(input: {
    database: Database;
    blobs: BlobStore;
    hasher: ContentHasher;
    checksums: Checksums;
    clock: Clock;
    notices: Notices;
    jobs: () => Pick<JobQueue, "add">;
    rules: ScrubRules;
  }) {
    this.rules = input.rules;
    this.#database = input.database;
    this.#blobs = input.blobs;
    this.#contents = new ContentCheck(input);
    this.#clock = input.clock;
    this.#notices = input.notices;
    this.#jobs = input.jobs;
  }

  /** Continues the current pass, or begins the one that is due or was requested. */
  async run(attempt: JobAttempt): Promise<void> {
    const taken = await this.#take(attempt);
    if (taken === undefined) return;
    const { last } = taken;
    const pass = taken.pass ?? (await this.#begin(attempt, last));
    const run = { attempt, pass, last, pace: new ReadingPace(this.#paceOf(pass)), savedAtMs: performance.now() };
    const endsAtMs = performance.now() + (this.rules.runMs ?? RUN_MS);
    for (;;) {
      const page = await this.#database.blobs.listPage(pass.after, PAGE);
      const referenced = new Set(await this.#database.blobs.listReferenced(page.map(({ id }) => id)));
      for (const blob of page) {
        if (referenced.has(blob.id)) await this.#check(run, blob);
        pass.after = blob.id;
        pass.contents += 1;
        pass.bytes += blob.sizeBytes;
        if (performance.now() - run.savedAtMs >= (this.rules.keepMs ?? KEEP_MS)) await this.#keep(run);
        await attempt.step("content read");
        if (performance.now() >= endsAtMs) return this.#handOn(run);
      }
      if (page.length < PAGE) return this.#end(run);
    }
  }

  async readState(): Promise<ScrubState> {
    return readScrubState(this.#database);
  }

  /** Undefined if there is nothing to do, or another job is doing it. */
  async #take(attempt: JobAttempt): Promise<ScrubState | undefined> {
    return attempt.commit(async (rows) => {
      const state = await readScrubState(rows);
      const { pass, last, jobId, requestedJobId } = state;
      if (pass === undefined && requestedJobId === undefined && !this.#isDue(last)) return undefined;
      const isOthers = jobId !== undefined && jobId !== attempt.job.id;
      if (isOthers && (await rows.jobs.findById(jobId))?.state === "running") return undefined;
      const taken = { ...state, jobId: attempt.job.id };
      await noteScrubState(rows, taken, this.#clock.now());
      return taken;
    });
  }

  /** Also if the last one lies in the future: it was written by a wrong clock. */
  #isDue(last: ScrubPass | undefined): boolean {
    if (this.rules.everyMs === 0) return false;
    const ageMs = this.#clock.now().getTime() - (last?.beganAt ?? 0);
    return ageMs >= this.rules.everyMs || ageMs < -CLOCK_STEP_MS;
  }

  async #begin(attempt: JobAttempt, last: ScrubPass | undefined): Promise<ScrubPass> {
    const counts = { totalContents: 0, totalBytes: 0 };
    let after: string | undefined;
    do {
      attempt.signal.throwIfAborted();
      const page = await this.#database.blobs.listPage(after, COUNTED_PAGE);
      counts.totalContents += page.length;
      for (const { sizeBytes } of page) counts.totalBytes += sizeBytes;
      after = page.length < COUNTED_PAGE ? undefined : page.at(-1)?.id;
    } while (after !== undefined);
    const pass = { beganAt: this.#clock.now().getTime(), contents: 0, bytes: 0, damaged: 0, ...counts };
    await this.#noteProgress(attempt, pass, last);
    await attempt.step("pass begun");
    return pass;
  }

  #paceOf({ totalBytes, totalContents }: ScrubPass): number {
    const wholeBytes = totalBytes + totalContents * OPENING_BYTES;
    const seconds = ((this.rules.everyMs || USUAL_SCRUB_MS) / 1000) * SHARE_OF_TIME;
    return this.rules.bytesPerSecond ?? Math.max(LEAST_BYTES_PER_SECOND, wholeBytes / seconds);
  }

  async #check({ attempt, pass, pace }: ScrubRun, blob: Blob): Promise<void> {
    const { signal } = attempt;
    await pace.take(OPENING_BYTES, signal);
    const finding = await this.#contents.check(blob, {
      isDeep: true,
      beforeRead: (countBytes) => pace.take(countBytes, signal),
      beforeMark: () => this.#requireOwnStore(),
    });
    if (finding === undefined) return;
    if (isDamage(finding.problem)) pass.damaged += 1;
    this.#tell(finding, blob);
    await attempt.step("finding noted");
  }

  /** A disk that was unmounted meanwhile must not make all files look lost. @throws {BlobStoreError} */
  async #requireOwnStore(): Promise<void> {
    const id = await this.#blobs.findId();
    if (id !== undefined && id === (await this.#database.blobs.findStoreId())) return;
    throw new BlobStoreError(
      "unavailable",
      "The stored data is missing or belongs to another server; nothing was marked.",
    );
  }

  #tell(finding: ContentFinding, { id, damagedAt }: Blob): void {
    // No e-mail addresses in the log: `fsck` names the owners.
    const files = finding.files.map((file) => ({ id: file.id, name: file.name }));
    const facts = { problem: finding.problem, content: id, files };
    if (finding.problem === "sound-again") {
      this.#notices.tell({ isAlarm: false, text: "stored data is sound again", facts });
    } else if (damagedAt === undefined) {
      this.#notices.tell({ isAlarm: true, text: "stored data is damaged", facts });
    }
  }

  async #keep(run: ScrubRun): Promise<void> {
    const { attempt, pass, last } = run;
    run.savedAtMs = performance.now();
    await this.#noteProgress(attempt, pass, last);
    await attempt.report({ done: pass.bytes, total: Math.max(pass.totalBytes, pass.bytes) });
    await attempt.step("place kept");
  }

  /** If the scrub is off, no job of the schedule follows. */
  async #handOn(run: ScrubRun): Promise<void> {
    await this.#keep(run);
    if (this.rules.everyMs > 0) return;
    const { job } = run.attempt;
    await run.attempt.commit(async (rows) => {
      if ((await rows.jobs.findById(job.id))?.isCancelRequested === true) return;
      const jobId = await this.#jobs().add(rows, { kind: job.kind, priority: job.priority });
      if (jobId === undefined) return;
      await noteScrubState(rows, { ...(await readScrubState(rows)), jobId }, this.#clock.now());
    });
  }

  async #end({ attempt, pass: { after: _after, ...pass } }: ScrubRun): Promise<void> {
    const last = { ...pass, endedAt: this.#clock.now().getTime() };
    await this.#note(attempt, { last });
    const { contents, bytes, damaged } = last;
    const facts = { contents, bytes, damaged };
    // On a first start there is nothing to read, and nothing to report.
    const text = damaged > 0 ? "all stored data was read, and some of it is damaged" : "all stored data was read";
    if (contents > 0) this.#notices.tell({ isAlarm: damaged > 0, text, facts });
    await attempt.step("pass ended");
  }

  async #noteProgress(attempt: JobAttempt, pass: ScrubPass, last: ScrubPass | undefined): Promise<void> {
    await this.#note(attempt, { pass, ...(last === undefined ? {} : { last }), jobId: attempt.job.id });
  }

  async #note(attempt: JobAttempt, state: ScrubState): Promise<void> {
    await attempt.commit((rows) => noteScrubState(rows, state, this.#clock.now()));
  }
}

interface ScrubRun {
  attempt: JobAttempt;
  pass: ScrubPass;
  last: ScrubPass | undefined;
  pace: ReadingPace;
  savedAtMs: number;
}
