import type { Sent, UploadHooks } from "../api/upload-door.ts";
import { freeName } from "./free-name.ts";

export type ItemState = "waiting" | "sending" | "verifying" | "done" | "failed" | "skipped" | "cancelled";

/** Why a file did not arrive; `refused` says it in the words of the server. */
export type UploadFailure = "lost" | "unclear" | "unreadable" | "tooLarge" | { reason: string; isSessionOver: boolean };

export interface UploadItem {
  readonly id: number;
  readonly file: File;
  readonly folder: readonly string[];
  /** As it is stored, which differs where both of a name are kept. */
  name: string;
  state: ItemState;
  sentBytes: number;
  url?: string | undefined;
  failure?: UploadFailure | undefined;
}

/** A file on this machine and the names of the folders to put it in, from the root. */
export interface PickedFile {
  file: File;
  folder: readonly string[];
}

export type ConflictChoice = "keep" | "replace" | "skip";

export interface Conflict {
  name: string;
  keptName: string;
  folder: readonly string[];
  /** Files behind this one that have not been looked at. */
  others: number;
}

/** What the queue needs of the world; replaced in tests. */
export interface UploadWorld {
  send(file: File, to: { folderId: number; name: string }, hooks: UploadHooks): Promise<Sent>;
  ensureFolder(path: readonly string[]): Promise<number>;
  /** Links of the files of a folder, by name. */
  filesIn(path: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Gives a file the bytes of one that was sent; returns the link under which they are. */
  replace(url: string, by: string): Promise<string>;
  ask(conflict: Conflict): Promise<{ choice: ConflictChoice; forAll: boolean } | undefined>;
  largestFileBytes(): Promise<number | undefined>;
  /** Something arrived in a folder. */
  onArrival(): void;
}

/** Enough to fill a line with small files, few enough to leave connections for everything else. */
const AT_ONCE = 3;
const TELL_MS = 150;

/** Sends files a few at a time. Who shows it is told at most every 150 ms, however many there are. */
export class UploadQueue {
  readonly #world: UploadWorld;
  readonly #listeners = new Set<() => void>();
  readonly #running = new Map<number, AbortController>();
  /** Under way, and not looked at whether their name is taken. */
  readonly #unplanned = new Set<number>();
  readonly #folders = new Map<string, Promise<number>>();
  readonly #names = new Map<string, Promise<Map<string, string>>>();
  #asking: Promise<unknown> = Promise.resolve();
  #choiceForAll: ConflictChoice | undefined;
  #items: UploadItem[] = [];
  #next = 0;
  #lastId = 0;
  #version = 0;
  #isTelling = false;

  constructor(world: UploadWorld) {
    this.#world = world;
  }

  get items(): readonly UploadItem[] {
    return this.#items;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Another number after every change. */
  readonly version = (): number => this.#version;

  get isBusy(): boolean {
    return this.#items.some(({ state }) => state === "waiting" || state === "sending" || state === "verifying");
  }

  add(picked: readonly PickedFile[]): void {
    if (!this.isBusy) this.#beginAnew();
    for (const { file, folder } of picked) {
      this.#items.push({ id: ++this.#lastId, file, folder, name: file.name, state: "waiting", sentBytes: 0 });
    }
    this.#tell();
    this.#pump();
  }

  /** A folder without files, which exists for its own sake. */
  async addFolder(path: readonly string[]): Promise<void> {
    await this.#folderId(path);
    this.#world.onArrival();
  }

  cancel(id: number): void {
    const item = this.#items.find((each) => each.id === id);
    if (item === undefined) return;
    this.#running.get(id)?.abort();
    if (isOpen(item)) this.#settle(item, "cancelled");
  }

  cancelAll(): void {
    for (const item of this.#items) if (isOpen(item)) this.#settle(item, "cancelled");
    for (const running of this.#running.values()) running.abort();
  }

  retry(id?: number): void {
    for (const item of this.#items) {
      if (item.state !== "failed" || (id !== undefined && item.id !== id)) continue;
      item.state = "waiting";
      item.failure = undefined;
      item.sentBytes = 0;
    }
    this.#beginAnew();
    this.#next = 0;
    this.#tell();
    this.#pump();
  }

  /** Keeps what is still under way. */
  clear(): void {
    this.#items = this.#items.filter(isOpen);
    this.#next = 0;
    this.#tell();
  }

  /** What is known of folders and names was true of the uploads before. */
  #beginAnew(): void {
    this.#folders.clear();
    this.#names.clear();
    this.#choiceForAll = undefined;
  }

  #pump(): void {
    while (this.#running.size < AT_ONCE) {
      const item = this.#nextWaiting();
      if (item === undefined) return;
      const controller = new AbortController();
      this.#running.set(item.id, controller);
      item.state = "sending";
      this.#unplanned.add(item.id);
      void this.#run(item, controller.signal).finally(() => {
        this.#running.delete(item.id);
        this.#unplanned.delete(item.id);
        this.#pump();
      });
    }
  }

  #nextWaiting(): UploadItem | undefined {
    while (this.#next < this.#items.length) {
      const item = this.#items[this.#next++];
      if (item?.state === "waiting") return item;
    }
    return undefined;
  }

  async #run(item: UploadItem, signal: AbortSignal): Promise<void> {
    try {
      const limit = await this.#world.largestFileBytes();
      if (limit !== undefined && item.file.size > limit) return this.#fail(item, "tooLarge");
      const folderId = await this.#folderId(item.folder);
      const names = await this.#namesIn(item.folder);
      const plan = await this.#inTurn(() => this.#planFor(item, names));
      if (plan === undefined || signal.aborted) return this.#settle(item, signal.aborted ? "cancelled" : "skipped");
      item.name = plan.name;
      const hooks = {
        signal,
        onSent: (bytes: number) => this.#change(item, () => (item.sentBytes = bytes)),
        onWhole: () => this.#change(item, () => (item.state = "verifying")),
      };
      const sent = await this.#world.send(item.file, { folderId, name: plan.name }, hooks);
      await this.#conclude(item, sent, { names, replacedUrl: plan.replacedUrl });
    } catch (error) {
      if (signal.aborted) return this.#settle(item, "cancelled");
      this.#fail(item, { reason: error instanceof Error ? error.message : String(error), isSessionOver: false });
    }
  }

  async #conclude(
    item: UploadItem,
    sent: Sent,
    { names, replacedUrl }: { names: Map<string, string>; replacedUrl: string | undefined },
  ): Promise<void> {
    if (sent.kind === "refused") return this.#fail(item, sent);
    if (sent.kind !== "stored") return this.#fail(item, sent.kind);
    // Only now: until the new one is there, the old one is what there is.
    item.url = replacedUrl === undefined ? sent.url : await this.#world.replace(replacedUrl, sent.url);
    item.sentBytes = item.file.size;
    names.set(item.name, item.url);
    this.#settle(item, "done");
    this.#world.onArrival();
  }

  /** How the file is to be stored; undefined: not at all. Claims the name before the next one looks. */
  async #planFor(
    item: UploadItem,
    names: Map<string, string>,
  ): Promise<{ name: string; replacedUrl: string | undefined } | undefined> {
    this.#unplanned.delete(item.id);
    const { name } = item;
    const existing = names.get(name);
    if (existing === undefined) {
      names.set(name, "");
      return { name, replacedUrl: undefined };
    }
    const keptName = freeName(name, (each) => names.has(each));
    // Two of one name in the same upload: both were meant.
    const choice = existing === "" ? "keep" : await this.#choose({ name, keptName, folder: item.folder });
    if (choice === undefined || choice === "skip") return undefined;
    if (choice === "replace") return { name, replacedUrl: existing };
    names.set(keptName, "");
    return { name: keptName, replacedUrl: undefined };
  }

  async #choose(conflict: Omit<Conflict, "others">): Promise<ConflictChoice | undefined> {
    if (this.#choiceForAll !== undefined) return this.#choiceForAll;
    const others = this.#items.filter(({ id, state }) => state === "waiting" || this.#unplanned.has(id)).length;
    const answer = await this.#world.ask({ ...conflict, others });
    if (answer?.forAll === true) this.#choiceForAll = answer.choice;
    return answer?.choice;
  }

  /** One question at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#asking.then(work, work);
    this.#asking = turn.catch(() => undefined);
    return turn;
  }

  #folderId(path: readonly string[]): Promise<number> {
    return remembered(this.#folders, path.join("/"), () => this.#world.ensureFolder(path));
  }

  #namesIn(path: readonly string[]): Promise<Map<string, string>> {
    return remembered(this.#names, path.join("/"), async () => new Map(await this.#world.filesIn(path)));
  }

  #fail(item: UploadItem, failure: UploadFailure): void {
    item.failure = failure;
    this.#settle(item, "failed");
  }

  #settle(item: UploadItem, state: ItemState): void {
    this.#change(item, () => (item.state = state));
  }

  #change(item: UploadItem, change: () => void): void {
    if (item.state === "cancelled") return;
    change();
    this.#tell();
  }

  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    setTimeout(() => {
      this.#isTelling = false;
      this.#version += 1;
      for (const listener of this.#listeners) listener();
    }, TELL_MS);
  }
}

const isOpen = ({ state }: UploadItem): boolean => state === "waiting" || state === "sending" || state === "verifying";

/** What failed is asked again. */
function remembered<T>(memory: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const asked = ask();
  memory.set(key, asked);
  asked.catch(() => memory.delete(key));
  return asked;
}
