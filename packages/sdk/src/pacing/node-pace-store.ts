import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { systemCode } from "@consigne/contract/system-reasons";
import { type Moment, momentOf, msBetween, systemClock } from "./clock.ts";
import { cacheFolder } from "./environment.ts";
import { makePrivateFolder } from "./make-folder.ts";
import { emptyPaceState, type PaceState } from "./pace-state.ts";
import { MemoryPaceStore, type PaceStore, type SharedStoreInput } from "./pace-store.ts";

/** A lock is held for well below a millisecond; one of this age is abandoned. */
const ABANDONED_MS = 5000;
/** After this, the process continues by itself: pacing must never make a call impossible. */
const GIVE_UP_MS = 15_000;

/** State of one host in a file of this user, changed under a lock file. */
export function openSharedStore(input: SharedStoreInput): PaceStore | undefined {
  const folder = input.folder ?? cacheFolder();
  try {
    makePrivateFolder(folder);
  } catch (error) {
    input.onTrouble(error);
    return undefined;
  }
  return new FilePaceStore(join(folder, `pace-${digest(input.host)}`), input.onTrouble);
}

/** One name for each key and host; the key cannot be read from it. */
export function laneName(host: string, apiKey: string | undefined): string {
  return digest(`${host}\n${apiKey ?? ""}`);
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

class FilePaceStore implements PaceStore {
  readonly #statePath: string;
  readonly #lockPath: string;
  readonly #onTrouble: (error: unknown) => void;
  readonly #alone = new MemoryPaceStore();
  #isAlone = false;

  constructor(path: string, onTrouble: (error: unknown) => void) {
    this.#statePath = `${path}.json`;
    this.#lockPath = `${path}.lock`;
    this.#onTrouble = onTrouble;
  }

  async update<Answer>(change: (state: PaceState) => Answer): Promise<Answer> {
    if (!this.#isAlone) {
      try {
        const startedAtMs = performance.now();
        for (;;) {
          const done = this.#tryUpdate(change);
          if (done !== undefined) return done.answer;
          if (performance.now() - startedAtMs > GIVE_UP_MS) throw new Error(`${this.#lockPath} is still locked.`);
          await delay(1 + Math.random() * 4);
        }
      } catch (error) {
        this.#isAlone = true;
        this.#onTrouble(error);
      }
    }
    return this.#alone.update(change);
  }

  /**
   * All of it without a pause, so that two callers in this process never meet here. Undefined: another process holds
   * the lock.
   */
  #tryUpdate<Answer>(change: (state: PaceState) => Answer): { answer: Answer } | undefined {
    if (!this.#takeLock()) return undefined;
    try {
      const state = this.#read();
      const answer = change(state);
      const written = `${this.#statePath}.${process.pid}`;
      writeFileSync(written, JSON.stringify(state), { mode: 0o600 });
      renameSync(written, this.#statePath);
      return { answer };
    } finally {
      rmSync(this.#lockPath, { force: true });
    }
  }

  #takeLock(): boolean {
    try {
      const lock = openSync(this.#lockPath, "wx", 0o600);
      try {
        const note: LockNote = { pid: process.pid, ...momentOf(systemClock) };
        writeSync(lock, JSON.stringify(note));
      } finally {
        closeSync(lock);
      }
      return true;
    } catch (error) {
      if (systemCode(error) !== "EEXIST") throw error;
      this.#breakAbandonedLock();
      return false;
    }
  }

  /** Moved away under a unique name: of several processes that find the holder dead, only one moves this very lock. */
  #breakAbandonedLock(): void {
    try {
      if (isHeld(readFileSync(this.#lockPath, "utf8"), () => statSync(this.#lockPath).mtimeMs)) return;
      const aside = `${this.#lockPath}.${process.pid}`;
      renameSync(this.#lockPath, aside);
      rmSync(aside, { force: true });
    } catch (error) {
      // Freed or broken by somebody else meanwhile.
      if (systemCode(error) !== "ENOENT") throw error;
    }
  }

  /** Anything that is not a valid state counts as none: all that is lost is a pause. */
  #read(): PaceState {
    try {
      const state: unknown = JSON.parse(readFileSync(this.#statePath, "utf8"));
      return isPaceState(state) ? state : emptyPaceState();
    } catch (error) {
      if (error instanceof SyntaxError || systemCode(error) === "ENOENT") return emptyPaceState();
      throw error;
    }
  }
}

/** The holder of the lock, and since when. */
interface LockNote extends Moment {
  pid: number;
}

/** A process that has only just created the file has not written to it yet: then the age of the file counts. */
function isHeld(text: string, readChangedAtMs: () => number): boolean {
  const note = readLockNote(text);
  const ageMs = msBetween(note ?? { atMs: readChangedAtMs() }, momentOf(systemClock));
  return Math.abs(ageMs) < ABANDONED_MS && (note === undefined || isRunning(note.pid));
}

function readLockNote(text: string): LockNote | undefined {
  try {
    const note: unknown = JSON.parse(text);
    return isMomentWith(note, ["pid"]) ? (note as LockNote) : undefined;
  } catch {
    return undefined;
  }
}

function isPaceState(state: unknown): state is PaceState {
  if (typeof state !== "object" || state === null) return false;
  const { bucket, locks, marks } = state as Partial<Record<keyof PaceState, unknown>>;
  const isBucket = bucket === undefined || isMomentWith(bucket, ["tokens"]);
  return isBucket && everyHas(locks, ["ms", "strikes"]) && everyHas(marks, ["ms"]);
}

const everyHas = (record: unknown, names: readonly string[]): boolean =>
  typeof record === "object" && record !== null && Object.values(record).every((value) => isMomentWith(value, names));

function isMomentWith(value: unknown, names: readonly string[]): boolean {
  if (!hasNumbers(value, ["atMs", ...names])) return false;
  const { steady } = value as { steady?: unknown };
  return steady === undefined || hasNumbers(steady, ["ms"]);
}

const hasNumbers = (value: unknown, names: readonly string[]): boolean =>
  typeof value === "object" && value !== null && names.every((name) => Number.isFinite(Reflect.get(value, name)));

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== "ESRCH";
  }
}
