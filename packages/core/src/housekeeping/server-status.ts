import { findFirstAdministrator } from "../accounts/first-administrator.ts";
import type { AttentionReason } from "./attention.ts";
import { isBan } from "../flood/flood-lock.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import type { Job } from "../jobs/job.ts";
import { isUnreachableAddress } from "../mail/unreachable-address.ts";
import type { Principal } from "../policy/actor.ts";
import { requireAdministrator } from "../policy/administrator.ts";
import type { StorageRoom } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { Mailer } from "../ports/mailer.ts";
import type { StorageSpace } from "../storage/storage-space.ts";
import { type BytesCollectionReport, COLLECTION_TOPIC } from "./bytes-collection.ts";
import type { Scrub } from "./scrub.ts";
import { type ScrubActivity, scrubActivity, type ScrubState } from "./scrub-state.ts";
import type { SettingInForce } from "./setting-in-force.ts";
import type { DayFigures, Statistics } from "./statistics.ts";

const SERVER_TOPIC = "server";
/** How often a running server reports that it is alive. */
export const HEARTBEAT_MS = 30_000;
/** A server that reports nothing for this long has stopped or crashed. */
const SILENCE_MS = 3 * HEARTBEAT_MS;
const RECENT_MS = 24 * 3_600_000;
const MOST_DEAD_SHOWN = 5;
const DAYS = 7;
/** Jobs and locks are counted up to this. */
const MOST_COUNTED = 500;

export interface LoggedError {
  at: number;
  text: string;
}

/** What a running server reports about itself. Instants in milliseconds since 1970, because it is stored as JSON. */
export interface ServerNote {
  version: string;
  url: string;
  startedAt: number;
  /** Undefined while it runs. */
  stoppedAt?: number;
  /** How its machine identifies the process, and the database file; undefined where the system has no such ids. */
  process?: string | undefined;
  database?: string | undefined;
  uploads: number;
  downloads: number;
  /** The last errors, latest first. */
  errors: LoggedError[];
}

export interface ServerStatus {
  server: (Partial<ServerNote> & { isRunning: boolean; heardAt: number }) | undefined;
  space: (Partial<StorageRoom> & { reserveBytes: number }) | undefined;
  days: DayFigures[];
  /** Up to 500 each. */
  jobs: { waiting: number; running: number; dead: number; deadJobs: Job[] };
  locks: { locks: number; bans: number };
  scrub: ScrubState & { isOn: boolean; everyMs: number; activity: ScrubActivity };
  collection: (Partial<BytesCollectionReport> & { at: number }) | undefined;
  blockedContents: number;
  /** Found so far by everything that reads them: the scrub, `fsck`, downloads. Up to 500. */
  damagedContents: number;
  /** Why the operator should look; empty when all is well. */
  attention: AttentionReason[];
}

/** The operator's overview. */
export class StatusService {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #space: StorageSpace;
  readonly #jobs: JobQueue;
  readonly #scrub: Scrub;
  readonly #statistics: Statistics;
  readonly #settings: readonly SettingInForce[];
  readonly #mailPlace: Mailer["place"];

  constructor(input: {
    database: Database;
    clock: Clock;
    space: StorageSpace;
    jobs: JobQueue;
    scrub: Scrub;
    statistics: Statistics;
    settings: readonly SettingInForce[];
    mailer: Mailer;
  }) {
    this.#mailPlace = input.mailer.place;
    this.#settings = input.settings;
    this.#database = input.database;
    this.#clock = input.clock;
    this.#space = input.space;
    this.#jobs = input.jobs;
    this.#scrub = input.scrub;
    this.#statistics = input.statistics;
  }

  /** For other processes: records what only the running server knows. Called a last time when it stops. */
  async note(note: Omit<ServerNote, "uploads" | "downloads">): Promise<void> {
    await this.#statistics.noteTransfers();
    const value = { ...note, ...this.#statistics.meter.underWay };
    await this.#database.notes.set({ topic: SERVER_TOPIC, name: "", value, notedAt: this.#clock.now() });
  }

  /** The server that last reported to be alive, until it reports that it stops. */
  async findServer(): Promise<Partial<ServerNote> | undefined> {
    const value: Partial<ServerNote> | undefined = (await this.#database.notes.find(SERVER_TOPIC, ""))?.value;
    return value?.stoppedAt === undefined ? value : undefined;
  }

  /** The address of the first administrator if no e-mail reaches it: a forgotten password is reset by mail. */
  async findUnreachableAdministrator(): Promise<string | undefined> {
    if (this.#mailPlace.kind !== "server") return undefined;
    const email = (await findFirstAdministrator(this.#database))?.email;
    return email !== undefined && isUnreachableAddress(email) ? email : undefined;
  }

  /**
   * `runsHere` tells whether that process runs on this machine: one whose disk is full cannot report it.
   * @throws {DomainError} what the policy says to non-administrators
   */
  async read(
    by: Principal,
    runsHere: (process: string) => Promise<boolean> = async () => false,
  ): Promise<ServerStatus> {
    requireAdministrator(by, this.#clock);
    const collected = await this.#database.notes.find(COLLECTION_TOPIC, "");
    const status = {
      server: await this.#readServer(runsHere),
      space: await this.#space.read().catch(() => undefined),
      days: await this.#statistics.listDays(DAYS),
      jobs: await this.#countJobs(by),
      locks: await this.#countLocks(),
      scrub: await this.#readScrub(),
      collection: collected === undefined ? undefined : { ...collected.value, at: collected.notedAt.getTime() },
      damagedContents: await this.#database.blobs.countDamaged(MOST_COUNTED),
      blockedContents: (await this.#database.contentBlocks.list(undefined, MOST_COUNTED)).length,
    };
    return { ...status, attention: await this.#findAttention(status) };
  }

  /** The operator's settings, and the defaults. Never a secret. @throws {DomainError} as `read` */
  settings(by: Principal): readonly SettingInForce[] {
    requireAdministrator(by, this.#clock);
    return this.#settings;
  }

  async #readServer(runsHere: (process: string) => Promise<boolean>): Promise<ServerStatus["server"]> {
    const note = await this.#database.notes.find(SERVER_TOPIC, "");
    if (note === undefined) return undefined;
    const value: Partial<ServerNote> = note.value;
    const heardAt = note.notedAt.getTime();
    const isSilent = this.#clock.now().getTime() - heardAt > SILENCE_MS;
    const isRunning =
      value.stoppedAt === undefined && (!isSilent || (value.process !== undefined && (await runsHere(value.process))));
    return { ...value, heardAt, isRunning };
  }

  async #readScrub(): Promise<ServerStatus["scrub"]> {
    const { everyMs } = this.#scrub.rules;
    const state = await this.#scrub.readState();
    return { ...state, isOn: everyMs > 0, everyMs, activity: await scrubActivity(this.#database, state, { everyMs }) };
  }

  async #countJobs(by: Principal): Promise<ServerStatus["jobs"]> {
    const list = (states: Job["state"][]) => this.#jobs.list(by, { states, limit: MOST_COUNTED });
    const dead = await list(["dead"]);
    const waiting = (await list(["delayed", "ready"])).length;
    const running = (await list(["running"])).length;
    return { waiting, running, dead: dead.length, deadJobs: dead.slice(0, MOST_DEAD_SHOWN) };
  }

  async #countLocks(): Promise<ServerStatus["locks"]> {
    const counts = { locks: 0, bans: 0 };
    for (const lock of await this.#database.floodLocks.listActive(this.#clock.now(), undefined, MOST_COUNTED)) {
      if (isBan(lock)) counts.bans += 1;
      else counts.locks += 1;
    }
    return counts;
  }

  async #findAttention(status: Omit<ServerStatus, "attention">): Promise<AttentionReason[]> {
    const { server, jobs, damagedContents, collection } = status;
    const reasons: AttentionReason[] = [];
    if (server?.isRunning !== true) reasons.push("not-running");
    const refusal = await this.#space.refusal();
    if (refusal !== undefined) reasons.push(refusal);
    if (jobs.dead > 0) reasons.push("dead-jobs");
    if (damagedContents > 0) reasons.push("damaged-data");
    if (collection?.isStopped === true) reasons.push("unreferenced-data");
    if ((await this.findUnreachableAdministrator()) !== undefined) reasons.push("no-administrator-mail");
    const now = this.#clock.now().getTime();
    if ((server?.errors ?? []).some(({ at }) => now - at < RECENT_MS)) reasons.push("recent-errors");
    return reasons;
  }
}
