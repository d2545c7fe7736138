import type { Sent } from "../api/upload-door.ts";
import { freeName } from "./free-name.ts";
import { remembered } from "./remembered.ts";
import {
  type Conflict,
  type ConflictChoice,
  isOpen,
  type ItemState,
  type PickedFile,
  type UploadFailure,
  type UploadItem,
  type UploadPlan,
  type UploadWorld,
} from "./upload-item.ts";

/** Enough to fill a line with small files, few enough to leave connections for everything else. */
const AT_ONCE = 3;
const TELL_MS = 150;
/** A line that breaks so often under one file breaks because of it. */
const MOST_BREAKS = 3;

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
  #isPaused = false;
  #isOffline = false;

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
    return this.#items.some(isOpen);
  }

  /** `paused` by whoever uploads; `offline`: the server does not answer, and it goes on once it does. */
  get pace(): "running" | "paused" | "offline" {
    if (this.#isPaused) return "paused";
    return this.#isOffline ? "offline" : "running";
  }

  add(picked: readonly PickedFile[]): void {
    if (!this.isBusy) this.#beginAnew();
    for (const { file, folder } of picked) {
      this.#items.push({
        id: ++this.#lastId,
        file,
        folder,
        name: file.name,
        state: "waiting",
        sentBytes: 0,
        breaks: 0,
      });
    }
    this.#tell();
    this.#pump();
  }

  /** A folder without files, which exists for its own sake. */
  async addFolder(path: readonly string[]): Promise<void> {
    await this.#folderId(path);
    this.#world.onArrival();
  }

  /** What is being sent begins anew afterwards; what has wholly left is waited for, since it may have arrived. */
  pause(): void {
    this.#isPaused = true;
    for (const item of this.#items) {
      if (item.state !== "sending") continue;
      this.#putBack(item);
      this.#running.get(item.id)?.abort();
    }
    this.#tell();
  }

  resume(): void {
    this.#isPaused = false;
    this.#tell();
    this.#pump();
  }

  cancel(id: number): void {
    const item = this.#items.find((each) => each.id === id);
    if (item === undefined) return;
    this.#running.get(id)?.abort();
    if (isOpen(item)) this.#settle(item, "cancelled");
  }

  cancelAll(): void {
    this.#isPaused = false;
    for (const item of this.#items) if (isOpen(item)) this.#settle(item, "cancelled");
    for (const running of this.#running.values()) running.abort();
  }

  retry(id?: number): void {
    for (const item of this.#items) {
      // What is known of names is forgotten below.
      item.plan = undefined;
      if (item.state !== "failed" || (id !== undefined && item.id !== id)) continue;
      item.state = "waiting";
      item.failure = undefined;
      item.sentBytes = 0;
      item.breaks = 0;
    }
    this.#isPaused = false;
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
    while (this.#running.size < AT_ONCE && this.pace === "running") {
      const item = this.#nextWaiting();
      if (item === undefined) return;
      const controller = new AbortController();
      this.#running.set(item.id, controller);
      item.state = "sending";
      this.#unplanned.add(item.id);
      void this.#run(item, controller.signal).finally(() => {
        this.#running.delete(item.id);
        this.#unplanned.delete(item.id);
        // Put back meanwhile.
        if (item.state === "waiting") this.#next = 0;
        this.#pump();
      });
    }
  }

  #nextWaiting(): UploadItem | undefined {
    while (this.#next < this.#items.length) {
      const item = this.#items[this.#next++];
      if (item?.state === "waiting" && !this.#running.has(item.id)) return item;
    }
    return undefined;
  }

  async #run(item: UploadItem, signal: AbortSignal): Promise<void> {
    try {
      const limit = await this.#world.largestFileBytes();
      if (limit !== undefined && item.file.size > limit) return this.#fail(item, "tooLarge");
      const folderId = await this.#folderId(item.folder);
      const names = await this.#namesIn(item.folder);
      const plan = item.plan ?? (await this.#inTurn(() => this.#planFor(item, names)));
      item.plan = plan;
      if (signal.aborted) return;
      if (plan === undefined) return this.#settle(item, "skipped");
      item.name = plan.name;
      const hooks = {
        signal,
        onSent: (bytes: number) => this.#change(item, () => (item.sentBytes = bytes)),
        onWhole: () => this.#change(item, () => (item.state = "verifying")),
      };
      const sent = await this.#world.send(item.file, { folderId, name: plan.name }, hooks);
      await this.#conclude(item, sent, { names, replacedUrl: plan.replacedUrl });
    } catch (error) {
      // Cancelled, or put back by a pause: that is said where it was asked for.
      if (signal.aborted) return;
      if (this.#world.isLineFailure(error)) return this.#lose(item);
      this.#fail(item, { reason: error instanceof Error ? error.message : String(error), isSessionOver: false });
    }
  }

  async #conclude(
    item: UploadItem,
    sent: Sent,
    { names, replacedUrl }: { names: Map<string, string>; replacedUrl: string | undefined },
  ): Promise<void> {
    if (sent.kind === "refused") return this.#fail(item, sent);
    if (sent.kind === "lost") return this.#lose(item);
    if (sent.kind !== "stored") return this.#fail(item, sent.kind);
    // Only now: until the new one is there, the old one is what there is.
    item.url = replacedUrl === undefined ? sent.url : await this.#world.replace(replacedUrl, sent.url);
    item.sentBytes = item.file.size;
    names.set(item.name, item.url);
    this.#settle(item, "done");
    this.#world.onArrival();
  }

  /** How the file is to be stored; undefined: not at all. Claims the name before the next one looks. */
  async #planFor(item: UploadItem, names: Map<string, string>): Promise<UploadPlan | undefined> {
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

  /** The line broke under it; one break does not fail everything. */
  #lose(item: UploadItem): void {
    item.breaks += 1;
    if (item.breaks > MOST_BREAKS) return this.#fail(item, "lost");
    this.#putBack(item);
    this.noteOffline();
  }

  /** Nothing is begun before the server answers. */
  noteOffline(): void {
    this.#tell();
    if (!this.#isOffline) void this.#outlast();
  }

  async #outlast(): Promise<void> {
    this.#isOffline = true;
    await this.#world.serverAnswers();
    this.#isOffline = false;
    this.#tell();
    this.#pump();
  }

  /** To the others that wait. What was planned for it holds. */
  #putBack(item: UploadItem): void {
    if (item.state === "cancelled") return;
    item.state = "waiting";
    item.sentBytes = 0;
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
