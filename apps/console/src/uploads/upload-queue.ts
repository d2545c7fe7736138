import type { Sent, UploadHooks } from "../api/sending.ts";
import {
  isMoving,
  isOpen,
  type ItemState,
  type PickedFile,
  type SharedBase,
  type UploadFailure,
  type UploadItem,
  type UploadRefusal,
  type UploadTarget,
  type UploadWorld,
} from "./upload-item.ts";
import { UploadNames } from "./upload-names.ts";

/**
 * Files with requests of their own: enough to use the full bandwidth, few enough to leave connections for everything
 * else.
 */
const AT_ONCE = 3;
/** Small files that share a request: enough for the next request while one is being sent. */
const MOST_TOGETHER = 400;
/** Limit for everything in progress, so that both kinds can run. */
const FULL_LOAD = AT_ONCE * MOST_TOGETHER;
const TELL_MS = 150;
/** If the connection breaks this often during one file, the file is the cause. */
const MOST_BREAKS = 3;

/** Sends files a few at a time. Listeners are notified at most every 150 ms, however many files there are. */
export class UploadQueue {
  readonly #world: UploadWorld;
  readonly #names: UploadNames;
  readonly #listeners = new Set<() => void>();
  readonly #running = new Map<number, AbortController>();
  #load = 0;
  #items: UploadItem[] = [];
  #next = 0;
  #lastId = 0;
  #version = 0;
  #isTelling = false;
  #isPaused = false;
  #isOffline = false;
  #isSignedOut = false;

  constructor(world: UploadWorld) {
    this.#world = world;
    this.#names = new UploadNames(world, () =>
      this.#items.filter(({ state }) => state === "waiting").map(({ id }) => id),
    );
  }

  get items(): readonly UploadItem[] {
    return this.#items;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Changes with every update. */
  readonly version = (): number => this.#version;

  get isBusy(): boolean {
    return this.#items.some(isOpen);
  }

  /**
   * `paused` by the user; `offline`: the server does not answer, and uploads continue once it does; `signedOut`: the
   * user has to sign in, and then resume.
   */
  get pace(): "running" | "paused" | "offline" | "signedOut" {
    if (this.#isSignedOut) return "signedOut";
    if (this.#isPaused) return "paused";
    return this.#isOffline ? "offline" : "running";
  }

  /** @param base somebody else's folder that the folder names start in, instead of the root */
  add(picked: readonly PickedFile[], base?: SharedBase): void {
    if (!this.isBusy) this.#names.beginAnew();
    for (const { file, folder, begun = this.#world.begunBefore({ file, folder, base }) } of picked) {
      this.#items.push({
        id: ++this.#lastId,
        file,
        folder,
        base,
        name: file.name,
        state: "waiting",
        sentBytes: 0,
        foundBytes: 0,
        storedBytes: 0,
        breaks: 0,
        uploadId: begun?.uploadId,
        plan: begun?.plan,
      });
    }
    this.#tell();
    this.#pump();
  }

  /** A folder without files, which is wanted as such. */
  async addFolder(target: UploadTarget): Promise<void> {
    await this.#names.folderId(target);
    this.#world.onArrival();
  }

  /**
   * Files being sent continue afterwards from what the server kept; a file that was sent completely is awaited, since
   * it may have arrived.
   */
  pause(): void {
    this.#isPaused = true;
    for (const item of this.#items) {
      if (!isMoving(item.state)) continue;
      this.#putBack(item);
      this.#running.get(item.id)?.abort();
    }
    this.#tell();
  }

  resume(): void {
    this.#isPaused = false;
    this.#isSignedOut = false;
    this.#tell();
    this.#pump();
  }

  cancel(id: number): void {
    const item = this.#items.find((each) => each.id === id);
    if (item === undefined) return;
    this.#running.get(id)?.abort();
    if (isOpen(item)) this.#cancel(item);
  }

  cancelAll(): void {
    this.#isPaused = false;
    this.#isSignedOut = false;
    for (const running of this.#running.values()) running.abort();
    for (const item of this.#items) if (isOpen(item)) this.#cancel(item);
  }

  #cancel(item: UploadItem): void {
    this.#settle(item, "cancelled");
    this.#world.drop(item.file);
  }

  retry(id?: number): void {
    for (const item of this.#items) {
      // The known names are forgotten below.
      item.plan = undefined;
      if (item.state !== "failed" || (id !== undefined && item.id !== id)) continue;
      item.failure = undefined;
      item.url = undefined;
      item.breaks = 0;
      this.#putBack(item);
    }
    this.#isPaused = false;
    this.#isSignedOut = false;
    this.#names.beginAnew();
    this.#next = 0;
    this.#tell();
    this.#pump();
  }

  /** Keeps what is still in progress. */
  clear(): void {
    this.#items = this.#items.filter(isOpen);
    this.#next = 0;
    this.#tell();
  }

  #pump(): void {
    while (this.pace === "running") {
      const item = this.#nextWaiting();
      if (item === undefined) return;
      const load = FULL_LOAD / (this.#world.goesTogether(item) ? MOST_TOGETHER : AT_ONCE);
      if (this.#load + load > FULL_LOAD) return;
      this.#next += 1;
      const controller = new AbortController();
      this.#running.set(item.id, controller);
      this.#load += load;
      item.state = "sending";
      this.#names.begin(item.id);
      void this.#run(item, controller.signal).finally(() => {
        this.#running.delete(item.id);
        this.#load -= load;
        this.#names.end(item.id);
        // Returned to the queue meanwhile.
        if (item.state === "waiting") this.#next = 0;
        this.#pump();
      });
    }
  }

  #nextWaiting(): UploadItem | undefined {
    for (; this.#next < this.#items.length; this.#next += 1) {
      const item = this.#items[this.#next];
      if (item?.state === "waiting" && !this.#running.has(item.id)) return item;
    }
    return undefined;
  }

  async #run(item: UploadItem, signal: AbortSignal): Promise<void> {
    try {
      const limit = await this.#world.largestFileBytes();
      if (limit !== undefined && item.file.size > limit) return this.#fail(item, "tooLarge");
      const folderId = await this.#names.folderId(item);
      const names = await this.#names.namesIn(folderId);
      const plan = item.plan ?? (await this.#names.plan(item, names));
      item.plan = plan;
      if (signal.aborted) return;
      if (plan === undefined) return this.#settle(item, "skipped");
      item.name = plan.name;
      if (!names.has(plan.name)) names.set(plan.name, "");
      const isReplacement = plan.replacedUrl !== undefined;
      const { base, uploadId } = item;
      const to = { folderId, name: plan.name, base, uploadId, isReplacement };
      const sent = await this.#world.send(item.file, to, this.#hooksOf(item, signal));
      await this.#conclude(item, sent, { names, replacedUrl: plan.replacedUrl });
    } catch (error) {
      // Cancelled, or returned to the queue by a pause: that is reported where it was requested.
      if (signal.aborted) return;
      if (this.#world.isLineFailure(error)) return this.#lose(item);
      this.#refuse(item, this.#world.refusalOf(error));
    }
  }

  /** Events after a pause do not affect the item any more. */
  #hooksOf(item: UploadItem, signal: AbortSignal): UploadHooks {
    const note = (change: () => void) => {
      if (!signal.aborted) this.#change(item, change);
    };
    return {
      signal,
      onSent: (bytes, foundBytes = 0) =>
        note(() => {
          item.sentBytes = bytes;
          item.foundBytes = foundBytes;
        }),
      onStored: (bytes) =>
        note(() => {
          // If something arrives, a broken connection is not the file's fault.
          if (bytes > item.storedBytes) item.breaks = 0;
          item.storedBytes = bytes;
        }),
      onBegun: (uploadId, url) => {
        item.uploadId = uploadId;
        // A file that replaces another one will be found under the link of that.
        note(() => (item.url = item.plan?.replacedUrl === undefined ? url : undefined));
      },
      onState: (state) => note(() => (item.state = state)),
    };
  }

  async #conclude(
    item: UploadItem,
    sent: Sent,
    { names, replacedUrl }: { names: Map<string, string>; replacedUrl: string | undefined },
  ): Promise<void> {
    if (sent.kind === "refused") return this.#refuse(item, sent);
    if (sent.kind === "lost") return this.#lose(item);
    if (sent.kind !== "stored") return this.#fail(item, sent.kind);
    // Only now: until the new one exists, the old one is the only copy. It may have had exactly these bytes.
    const isDone = replacedUrl === undefined || sent.hasReplaced === true || replacedUrl === sent.url;
    item.url = isDone ? sent.url : await this.#world.replace(replacedUrl, sent.url);
    item.name = sent.name;
    item.sentBytes = item.file.size;
    names.set(item.name, item.url);
    this.#settle(item, "done");
    this.#world.onArrival();
  }

  /** An ended session is no failure: everything continues once there is a new one. */
  #refuse(item: UploadItem, refusal: UploadRefusal): void {
    if (!refusal.isSessionOver) return this.#fail(item, refusal);
    this.#isSignedOut = true;
    this.#putBack(item);
    this.#tell();
  }

  #fail(item: UploadItem, failure: UploadFailure): void {
    item.failure = failure;
    this.#settle(item, "failed");
  }

  /** The connection broke during it; one break is not a failure. */
  #lose(item: UploadItem): void {
    item.breaks += 1;
    if (item.breaks > MOST_BREAKS) return this.#fail(item, "lost");
    this.#putBack(item);
    this.noteOffline();
  }

  /** Nothing is started before the server answers. */
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

  /** Returns it to the queue. Its plan stays valid. */
  #putBack(item: UploadItem): void {
    if (item.state === "cancelled") return;
    item.state = "waiting";
    item.sentBytes = item.storedBytes;
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
