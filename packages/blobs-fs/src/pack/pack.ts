import { setTimeout as sleep } from "node:timers/promises";
import { errnoOf, type ListedBlob } from "@consigne/core";
import type { DiskFileSystem } from "../file-system.ts";
import type { PackChange, PackedBlob } from "./pack-messages.ts";
import { PackTroubles } from "./pack-troubles.ts";
import { PackError, PackThread } from "./pack-thread.ts";

/** Per transaction. */
const MOST_CHANGES = 500;
const MOST_BYTES = 8 * 1024 * 1024;
/**
 * If changes arrived while others were being made durable, more are likely: they are collected for this long. A single
 * writer never waits.
 */
const GATHER_MS = 5;
const PAGE = 500;
/**
 * Letters of a key prefix, as many as in the name of a blob folder. After a damaged page the listing continues with the
 * next prefix.
 */
const PREFIX_LETTERS = 2;
const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";

interface Waiting {
  change: PackChange;
  done: PromiseWithResolvers<void>;
}

interface Looked {
  key: string;
  found: PromiseWithResolvers<PackedBlob | undefined>;
}

/**
 * Small blobs in one SQLite file. Changes that arrive while others are being made durable share one flush; one thread
 * writes and another one reads, so that the event loop never blocks and no read waits for a flush.
 */
export class Pack {
  readonly #path: string;
  readonly #fileSystem: Pick<DiskFileSystem, "stat">;
  readonly #writer: PackThread;
  readonly #reader: PackThread;
  readonly #troubles: PackTroubles;
  #isThere = false;
  #looked: Looked[] = [];
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #isClosed = false;

  /**
   * @param path of the file, in an existing folder; created by the first `put`
   * @param onTrouble called with problems for the operator, the same one at most once an hour
   */
  constructor(path: string, fileSystem: Pick<DiskFileSystem, "stat">, onTrouble?: (text: string) => void) {
    this.#path = path;
    this.#fileSystem = fileSystem;
    this.#writer = new PackThread({ path, mayWrite: true });
    this.#reader = new PackThread({ path, mayWrite: false });
    this.#troubles = new PackTroubles(path, onTrouble);
  }

  /** Durable when it resolves. Replaces an existing blob with that key. @throws {PackError} nothing is kept then */
  put(key: string, bytes: Uint8Array): Promise<void> {
    return this.#change({ kind: "put", key, bytes });
  }

  /** No error if it does not exist. @throws {PackError} or what the file system throws */
  async remove(key: string): Promise<void> {
    if (await this.#exists()) await this.#change({ kind: "remove", key });
  }

  /** Undefined if there is no such blob, or it is lost in a damaged file. @throws as `remove` */
  async read(key: string): Promise<Uint8Array | undefined> {
    if (!(await this.#exists())) return undefined;
    return this.#reading(() => this.#reader.ask({ kind: "read", key }));
  }

  /** Like `read`. Requests in the same turn of the event loop are sent to the thread together. */
  async stat(key: string): Promise<PackedBlob | undefined> {
    if (!(await this.#exists())) return undefined;
    const found = Promise.withResolvers<PackedBlob | undefined>();
    if (this.#looked.push({ key, found }) === 1) setImmediate(() => void this.#look(this.#looked.splice(0)));
    return this.#reading(() => found.promise);
  }

  /** In key order; without those that a damaged file has lost. @throws as `remove` */
  async *list(): AsyncGenerator<ListedBlob> {
    let after: string | undefined = (await this.#exists()) ? "" : undefined;
    while (after !== undefined) {
      const request = { kind: "list", after, limit: PAGE } as const;
      const page = await this.#reading(() => this.#reader.ask(request));
      if (page === undefined) {
        after = nextPrefix(after);
        continue;
      }
      for (const { key, sizeBytes, storedAt } of page) yield { key, sizeBytes, modifiedAt: new Date(storedAt) };
      after = page.length < PAGE ? undefined : page.at(-1)?.key;
    }
  }

  /** Resolves when all changes so far are durable, and unused space is freed. */
  async settle(): Promise<void> {
    await this.#running;
  }

  /** Resolves when everything requested so far is done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.settle();
    await Promise.all([this.#writer.close(), this.#reader.close()]);
  }

  /** Never rejects. Damage that affects one key does not affect the others. */
  async #look(looked: readonly Looked[]): Promise<void> {
    try {
      const stats = await this.#reader.ask({ kind: "stat", keys: looked.map(({ key }) => key) });
      for (const [at, { found }] of looked.entries()) found.resolve(stats[at]);
    } catch (error) {
      if (looked.length === 1) looked[0]?.found.reject(error);
      else for (const each of looked) await this.#look([each]);
    }
  }

  #change(change: PackChange): Promise<void> {
    if (this.#isClosed) return Promise.reject(new PackError({ message: "The pack is closed." }));
    const done = Promise.withResolvers<void>();
    this.#waiting.push({ change, done });
    this.#running ??= this.#run();
    return done.promise;
  }

  /** Once it exists it stays. No thread is started for a store without small blobs. */
  async #exists(): Promise<boolean> {
    if (this.#isThere) return true;
    try {
      await this.#fileSystem.stat(this.#path);
      this.#isThere = true;
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
    }
    return this.#isThere;
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    let isUntidy = false;
    for (;;) {
      const group = this.#takeGroup();
      if (group.length > 0) {
        isUntidy ||= group.some(({ change }) => change.kind === "remove");
        await this.#make(group);
        if (this.#waiting.length > 0 && !this.#isClosed) await sleep(GATHER_MS);
      } else if (isUntidy && !this.#isClosed) {
        // Space that cannot be freed now stays in the file, and the next removal tries again.
        isUntidy = await this.#writer.ask({ kind: "tidy" }).catch(() => false);
      } else {
        this.#running = undefined;
        return;
      }
    }
  }

  async #make(group: readonly Waiting[]): Promise<void> {
    try {
      await this.#writer.ask({ kind: "change", changes: group.map(({ change }) => change) });
    } catch (error) {
      this.#troubles.tellWriting(error);
      return this.#makeWithout(group, error);
    }
    for (const { done } of group) done.resolve();
  }

  /**
   * Blobs being stored find another place. Possible removals must not fail together with others, or they would fail
   * again.
   */
  async #makeWithout(group: readonly Waiting[], error: unknown): Promise<void> {
    const removals = group.filter(({ change }) => change.kind === "remove");
    for (const { change, done } of group) if (change.kind === "put") done.reject(error);
    if (removals.length > 0 && removals.length < group.length) return this.#make(removals);
    const isDamaged = error instanceof PackError && error.isDamaged;
    if (isDamaged && removals.length > 1) for (const each of removals) await this.#make([each]);
    else for (const { done } of removals) done.reject(error);
  }

  /** Undefined for what a damaged file has lost. */
  async #reading<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!this.#isClosed) this.#troubles.tellReading(error);
      if (error instanceof PackError && error.isDamaged) return undefined;
      throw error;
    }
  }

  #takeGroup(): Waiting[] {
    let [count, bytes] = [0, 0];
    for (const { change } of this.#waiting) {
      if (count === MOST_CHANGES || bytes >= MOST_BYTES) break;
      count++;
      if (change.kind === "put") bytes += change.bytes.byteLength;
    }
    return this.#waiting.splice(0, count);
  }
}

/** The first text after all keys with the same prefix; undefined after the last ones. */
function nextPrefix(key: string): string | undefined {
  const at = [...key.slice(0, PREFIX_LETTERS).padEnd(PREFIX_LETTERS, LETTERS[0])].map((each) => LETTERS.indexOf(each));
  const number = (at[0] ?? 0) * LETTERS.length + (at[1] ?? 0) + 1;
  if (number >= LETTERS.length ** PREFIX_LETTERS) return undefined;
  return `${LETTERS[Math.floor(number / LETTERS.length)]}${LETTERS[number % LETTERS.length]}`;
}
