import { KEPT_RECORDS } from "../audit/audit-record.ts";
import type { JobAttempt } from "../jobs/job-kind.ts";
import type { BlobStore, ListedTransfer } from "../ports/blob-store.ts";
import { RESUME_WINDOW_MS, START_WINDOW_MS } from "../downloads/token-use.ts";
import { INVITATION_HISTORY_MS } from "../invitations/invitation.ts";
import { MAILED_TOKEN_HISTORY_MS } from "../mail/mailed-token.ts";
import { ENDED_SESSION_HISTORY_MS, LONGEST_UNUSED_MS } from "../sessions/session.ts";
import type { Beginnings } from "../part-uploads/beginnings.ts";
import { PART_UPLOAD_LIFE_MS } from "../part-uploads/part-upload.ts";
import { CLOCK_STEP_MS } from "../time-span.ts";
import { REPORT_LIFE_MS } from "../uploads/upload.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { BytesRemover } from "./bytes-remover.ts";
import { noteRun } from "./quiet-start.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longer than any upload may take. */
const STALE_STAGED_MS = 6 * HOUR_MS;
/** Somebody who returns to a download link soon is told that it has expired, not that it never existed. */
const TOKEN_HISTORY_MS = HOUR_MS;
const PAGE = 250;
const LOCK_HISTORY_MS = 7 * DAY_MS;
/** A download token for a content is valid for a day at most. */
const MERGED_HISTORY_MS = 7 * DAY_MS;
const JOB_HISTORY_MS = 7 * DAY_MS;
const REMOTE_HISTORY_MS = 90 * DAY_MS;
const AUDIT_LIFE_MS = 400 * DAY_MS;
/** Topic of its notes. */
const PAST_TOPIC = "past";

export interface CollectionReport {
  keys: number;
  links: number;
  sessions: number;
  endedSessions: number;
  mailedTokens: number;
  invitations: number;
  tokens: number;
  uploads: number;
  partUploads: number;
  mergedContents: number;
  locks: number;
  auditRecords: number;
  remoteUploads: number;
  imports: number;
  jobs: number;
  blobs: number;
  staged: number;
}

/** Removes expired rows, and bytes that could not be removed earlier. */
export class Collector {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #remover: BytesRemover;
  readonly #beginnings: Beginnings;
  readonly #clock: Clock;

  constructor(input: {
    database: Database;
    blobs: BlobStore;
    remover: BytesRemover;
    beginnings: Beginnings;
    clock: Clock;
  }) {
    this.#database = input.database;
    this.#blobs = input.blobs;
    this.#remover = input.remover;
    this.#beginnings = input.beginnings;
    this.#clock = input.clock;
  }

  /** Removes what has ended and is no longer shown; each returns how many rows were removed. */
  readonly ended = {
    /** Marked as ended, so that no clock change revives them. */
    keys: () => this.#database.apiKeys.endExpired(this.#now()),
    links: () => this.#database.links.endExpired(this.#now()),
    sessions: () =>
      this.#database.sessions.removeExpired({ now: this.#now(), latest: this.#latest(LONGEST_UNUSED_MS) }),
    endedSessions: () => this.#database.sessions.forgetEndedBefore(this.#before(ENDED_SESSION_HISTORY_MS)),
    mailedTokens: () => this.#database.mailedTokens.removeEndingBefore(this.#before(MAILED_TOKEN_HISTORY_MS)),
    tokens: () => this.#endTokens(),
    uploads: () => this.#database.uploads.removeExpired(this.#now(), this.#latest(REPORT_LIFE_MS)),
    locks: () => this.#database.floodLocks.removeEndedBefore(this.#before(LOCK_HISTORY_MS)),
    /** By number: repeated changes would fill the disk long before anything is old. */
    surplusAuditRecords: () => this.#database.audit.removeAllBut(KEPT_RECORDS),
  } as const;

  /** Removes what cannot be restored, so it only runs if no clock has just jumped ahead. */
  readonly past = {
    invitations: () => this.#database.invitations.removeEndingBefore(this.#before(INVITATION_HISTORY_MS)),
    partUploads: () => this.#endPartUploads(),
    mergedContents: () => this.#database.blobs.forgetMergedBefore(this.#before(MERGED_HISTORY_MS)),
    auditRecords: () => this.#database.audit.removeBefore(this.#before(AUDIT_LIFE_MS)),
    remoteUploads: () => this.#database.remoteUploads.removeEndedBefore(this.#before(REMOTE_HISTORY_MS)),
    imports: () => this.#database.imports.removeEndedBefore(this.#before(REMOTE_HISTORY_MS)),
    jobs: () => this.#database.jobs.removeEndedBefore(this.#before(JOB_HISTORY_MS)),
  } as const;

  /** Removes what has ended and, unless the clock may be wrong, what is past. */
  async removeEnded(attempt: JobAttempt): Promise<void> {
    const isQuiet = await noteRun(this.#database, attempt, { topic: PAST_TOPIC, now: this.#now() });
    for (const [what, remove] of Object.entries({ ...this.ended, ...(isQuiet ? {} : this.past) })) {
      await attempt.step(what);
      await remove();
    }
  }

  /** Removes bytes that rows gave up; returns how many were removed. */
  async removeBytes(signal?: AbortSignal, step?: (name: string) => Promise<void>): Promise<number> {
    return this.#remover.run(signal, step);
  }

  /** Removes leftovers of interrupted uploads; returns how many were removed. */
  async sweepStaged(): Promise<number> {
    const staged = await this.#blobs.sweepStaged(this.#before(STALE_STAGED_MS), this.#latest(0));
    return staged + (await this.#sweepParts());
  }

  /** Does everything at once. */
  async collect(signal?: AbortSignal): Promise<CollectionReport> {
    const { ended, past } = this;
    return {
      keys: await ended.keys(),
      links: await ended.links(),
      sessions: await ended.sessions(),
      endedSessions: await ended.endedSessions(),
      mailedTokens: await ended.mailedTokens(),
      invitations: await past.invitations(),
      tokens: await ended.tokens(),
      uploads: await ended.uploads(),
      partUploads: await past.partUploads(),
      mergedContents: await past.mergedContents(),
      locks: await ended.locks(),
      auditRecords: (await past.auditRecords()) + (await ended.surplusAuditRecords()),
      remoteUploads: await past.remoteUploads(),
      imports: await past.imports(),
      jobs: await past.jobs(),
      blobs: await this.removeBytes(signal),
      staged: await this.sweepStaged(),
    };
  }

  /** A clock that was ahead for a while must not end what people come back to, so the time is doubled. */
  async #endPartUploads(): Promise<number> {
    const { partUploads } = this.#database;
    await partUploads.endExpired(this.#now(), this.#latest(2 * PART_UPLOAD_LIFE_MS));
    return partUploads.removeEnded();
  }

  /** Transfers without an upload: it was aborted or has expired, or a crash came before its row was written. */
  async #sweepParts(): Promise<number> {
    const [before, after] = [this.#before(STALE_STAGED_MS), this.#latest(0)];
    let dropped = 0;
    let page: ListedTransfer[] = [];
    const dropPage = async () => {
      await this.#beginnings.settled();
      const held = new Set(await this.#database.partUploads.findHeldKeys(page.map(({ key }) => key)));
      for (const each of page) {
        if (held.has(each.key)) continue;
        await this.#blobs.abortParts(each);
        dropped += 1;
      }
      page = [];
    };
    for await (const transfer of this.#blobs.listParted()) {
      if (transfer.modifiedAt >= before && transfer.modifiedAt <= after) continue;
      page.push(transfer);
      if (page.length >= PAGE) await dropPage();
    }
    await dropPage();
    return dropped;
  }

  /** Ended at once, so that setting the clock back revives none; removed an hour later. */
  async #endTokens(): Promise<number> {
    const { downloadTokens } = this.#database;
    const unusedMs = START_WINDOW_MS - RESUME_WINDOW_MS;
    await downloadTokens.endExpired({ now: this.#now(), unstarted: this.#before(unusedMs) });
    return downloadTokens.removeExpired({
      now: this.#before(TOKEN_HISTORY_MS),
      unstarted: this.#before(TOKEN_HISTORY_MS + unusedMs),
      latest: this.#latest(RESUME_WINDOW_MS),
    });
  }

  #now(): Date {
    return this.#clock.now();
  }

  #before(ageMs: number): Date {
    return new Date(this.#now().getTime() - ageMs);
  }

  /** Nothing with this lifetime that was written by a correct clock ends later. */
  #latest(lifeMs: number): Date {
    return new Date(this.#now().getTime() + lifeMs + CLOCK_STEP_MS);
  }
}
