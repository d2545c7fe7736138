import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { EnsuredFolder } from "../api/entries.ts";
import type { SendTarget, Sent, UploadHooks } from "../api/sending.ts";
import { freeName } from "./free-name.ts";
import { totalsOf } from "./totals.ts";
import type { BegunUpload, Conflict, ConflictChoice, UploadWorld } from "./upload-item.ts";
import { UploadQueue } from "./upload-queue.ts";

const file = (name: string, size = 3) => new File(["x".repeat(size)], name);

class World implements UploadWorld {
  readonly sent: string[] = [];
  readonly replaced: string[] = [];
  readonly asked: Conflict[] = [];
  readonly made: string[] = [];
  readonly dropped: string[] = [];
  readonly existing = new Map([["old.txt", "link of old"]]);
  mostAtOnce = 0;
  looks = 0;
  answer: { choice: ConflictChoice; forAll: boolean } = { choice: "keep", forAll: false };
  /** Uploads begun before the page was loaded, by name. */
  readonly begun = new Map<string, BegunUpload>();
  /** What happens to a file before `outcome` returns its result. */
  onSend: (to: SendTarget, hooks: UploadHooks) => Promise<void> = async () => {};
  outcome: (name: string) => Sent = (name) => ({ kind: "stored", url: `link of ${name}`, name });
  #now = 0;

  async send(_file: File, to: SendTarget, hooks: UploadHooks): Promise<Sent> {
    const { name } = to;
    this.mostAtOnce = Math.max(this.mostAtOnce, (this.#now += 1));
    await new Promise((resolve) => setImmediate(resolve));
    await this.onSend(to, hooks);
    this.#now -= 1;
    this.sent.push(name);
    return this.outcome(name);
  }
  /** Many files with such a name go in one request. */
  goesTogether({ file: { name } }: { file: File }): boolean {
    return name.endsWith(".small");
  }
  /** A folder with this name existed before. */
  there: string | undefined;
  readonly listed: number[] = [];
  async ensureFolderIn({ id, isNew }: EnsuredFolder, name: string): Promise<EnsuredFolder> {
    this.made.push(`${name} in ${isNew ? "new " : ""}${id}`);
    return { id: id + this.made.length, isNew: name !== this.there };
  }
  async filesIn(folderId: number): Promise<ReadonlyMap<string, string>> {
    this.listed.push(folderId);
    return this.existing;
  }
  async replace(url: string, by: string): Promise<string> {
    this.replaced.push(`${url} by ${by}`);
    return url;
  }
  async ask(conflict: Conflict) {
    this.asked.push(conflict);
    return this.answer;
  }
  async largestFileBytes(): Promise<number> {
    return 1000;
  }
  onArrival(): void {}
  isLineFailure(): boolean {
    return false;
  }
  drop(dropped: File): void {
    this.dropped.push(dropped.name);
  }
  begunBefore({ file: { name } }: { file: File }): BegunUpload | undefined {
    const begun = this.begun.get(name);
    this.begun.delete(name);
    return begun;
  }
  refusalOf(error: unknown) {
    return { said: String(error), isSessionOver: false };
  }
  async serverAnswers(): Promise<void> {
    this.looks += 1;
  }
}

async function ended(queue: UploadQueue): Promise<Record<string, string>> {
  while (queue.isBusy) await new Promise((resolve) => setImmediate(resolve));
  return Object.fromEntries(queue.items.map(({ file: { name }, state }) => [name, state]));
}

suite("the upload queue", () => {
  test("uploads everything, a few files at a time", async () => {
    const world = new World();
    const queue = new UploadQueue(world);
    queue.add(Array.from({ length: 50 }, (_, at) => ({ file: file(`${at}.txt`), folder: [] })));
    await ended(queue);
    assert.equal(new Set(world.sent).size, 50);
    assert.equal(world.mostAtOnce, 3);
    const { doneWork, movedWork, allWork, ...totals } = totalsOf(queue.items);
    assert.deepEqual([doneWork, movedWork], [allWork, allWork]);
    assert.deepEqual(totals, {
      count: 50,
      done: 50,
      failed: 0,
      skipped: 0,
      cancelled: 0,
      sentBytes: 150,
      movedBytes: 150,
      sizeBytes: 150,
      isBusy: false,
    });
  });

  test("uploads many small files at a time, without more of the others beside them", async () => {
    const world = new World();
    const queue = new UploadQueue(world);
    const names = Array.from({ length: 900 }, (_, at) => `${at}.${at % 100 === 0 ? "large" : "small"}`);
    let [large, mostLarge] = [0, 0];
    world.onSend = async ({ name }) => {
      if (!name.endsWith("large")) return;
      mostLarge = Math.max(mostLarge, (large += 1));
      await new Promise((resolve) => setImmediate(resolve));
      large -= 1;
    };
    queue.add(names.map((name) => ({ file: file(name), folder: [] })));
    await ended(queue);
    assert.equal(new Set(world.sent).size, 900);
    assert.ok(world.mostAtOnce > 100 && world.mostAtOnce <= 400, `${world.mostAtOnce} at a time`);
    assert.ok(mostLarge <= 3, `${mostLarge} large ones at a time`);
  });

  test("does not replace a file that has the same bytes", async () => {
    const world = new World();
    world.answer = { choice: "replace", forAll: false };
    world.outcome = (name) => ({ kind: "stored", url: "link of old", name });
    const queue = new UploadQueue(world);
    queue.add([{ file: file("old.txt"), folder: [] }]);
    await ended(queue);
    assert.deepEqual(world.replaced, []);
    assert.equal(queue.items[0]?.url, "link of old");
  });

  test("replaces nothing more where the upload itself replaced the file", async () => {
    const world = new World();
    world.answer = { choice: "replace", forAll: false };
    world.outcome = (name) => ({ kind: "stored", url: "link of another old", name, hasReplaced: true });
    const queue = new UploadQueue(world);
    queue.add([{ file: file("old.txt"), folder: [] }]);
    await ended(queue);
    assert.deepEqual(world.replaced, []);
    assert.equal(queue.items[0]?.url, "link of another old");
  });

  test("asks about a taken name, and follows the answer", async () => {
    for (const [choice, sent, replaced] of [
      ["keep", ["old (2).txt"], []],
      ["replace", ["old.txt"], ["link of old by link of old.txt"]],
      ["skip", [], []],
    ] as const) {
      const world = new World();
      world.answer = { choice, forAll: false };
      const queue = new UploadQueue(world);
      queue.add([{ file: file("old.txt"), folder: [] }]);
      const states = await ended(queue);
      assert.deepEqual([world.sent, world.replaced], [sent, replaced], choice);
      assert.equal(states["old.txt"], choice === "skip" ? "skipped" : "done");
      assert.equal(world.asked[0]?.numberedName, "old (2).txt");
    }
  });

  test("asks once if the answer is for all", async () => {
    const world = new World();
    world.existing.set("b.txt", "link of b").set("c.txt", "link of c");
    world.answer = { choice: "skip", forAll: true };
    const queue = new UploadQueue(world);
    queue.add(["old.txt", "b.txt", "c.txt", "new.txt"].map((name) => ({ file: file(name), folder: [] })));
    await ended(queue);
    assert.equal(world.asked.length, 1);
    assert.equal(world.asked[0]?.others, 3, "including those being sent beside it");
    assert.deepEqual(world.sent, ["new.txt"]);
  });

  test("makes each folder below another person's folder once, and offers no replacement there", async () => {
    const world = new World();
    world.ask = async (conflict) => {
      world.asked.push(conflict);
      return conflict.mayReplace ? { choice: "replace", forAll: true } : { choice: "keep", forAll: false };
    };
    const queue = new UploadQueue(world);
    queue.add([{ file: file("old.txt"), folder: [] }]);
    const base = { folderId: 40, name: "Team", owner: "ann@example.org" };
    const folders = [[], ["a"], ["a", "b"], ["a", "b"], ["a"]];
    queue.add(
      folders.map((folder, at) => ({ file: file(at === 0 ? "old.txt" : `${at}.txt`), folder })),
      base,
    );
    await ended(queue);
    assert.deepEqual(world.made, ["a in 40", "b in new 41"]);
    assert.deepEqual(
      world.asked.map(({ target, mayReplace }) => [target.base?.name, mayReplace]),
      [
        [undefined, true],
        ["Team", false],
      ],
    );
    assert.deepEqual(world.replaced, ["link of old by link of old.txt"]);
    assert.ok(world.sent.includes("old (2).txt"));
  });

  test("makes each folder once, and parents before their children", async () => {
    const world = new World();
    const queue = new UploadQueue(world);
    const folders = [["a", "b"], ["a", "c"], ["a"], ["a", "b"]];
    queue.add(folders.map((folder, at) => ({ file: file(`${at}.small`), folder })));
    await ended(queue);
    assert.deepEqual(world.made, ["a in 0", "b in new 1", "c in new 1"]);
    assert.deepEqual(world.listed, [], "nothing is in a folder that was just made");
  });

  test("looks up the names in a folder that was there, and not in those it makes", async () => {
    const world = new World();
    world.there = "a";
    const queue = new UploadQueue(world);
    queue.add([["a"], ["a", "b"], []].map((folder, at) => ({ file: file(`${at}.small`), folder })));
    await ended(queue);
    assert.deepEqual(world.made, ["a in 0", "b in 1"]);
    assert.deepEqual(new Set(world.listed), new Set([0, 1]));
  });

  test("keeps two files with one name in the same upload, without asking", async () => {
    const world = new World();
    const queue = new UploadQueue(world);
    queue.add([
      { file: file("twin.txt"), folder: [] },
      { file: file("twin.txt"), folder: [] },
    ]);
    await ended(queue);
    assert.deepEqual(world.sent.toSorted(), ["twin (2).txt", "twin.txt"]);
    assert.equal(world.asked.length, 0);
  });

  test("keeps the old file if the new one does not arrive", async () => {
    const world = new World();
    world.answer = { choice: "replace", forAll: false };
    world.outcome = () => ({ kind: "lost" });
    const queue = new UploadQueue(world);
    queue.add([{ file: file("old.txt"), folder: [] }]);
    assert.equal((await ended(queue))["old.txt"], "failed");
    assert.deepEqual(world.replaced, []);
  });

  test("retries failed files, and none that arrived", async () => {
    const world = new World();
    world.outcome = (name) =>
      name === "b.txt" ? { kind: "unreadable" } : { kind: "stored", url: `link of ${name}`, name };
    const queue = new UploadQueue(world);
    queue.add(["a.txt", "b.txt"].map((name) => ({ file: file(name), folder: [] })));
    assert.equal((await ended(queue))["b.txt"], "failed");
    world.outcome = (name) => ({ kind: "stored", url: `link of ${name}`, name });
    queue.retry();
    assert.deepEqual(await ended(queue), { "a.txt": "done", "b.txt": "done" });
    assert.deepEqual(world.sent, ["a.txt", "b.txt", "b.txt"]);
  });

  test("retries a file after a broken connection once the server answers, and gives up if it always breaks", async () => {
    const world = new World();
    const breaks = new Map([
      ["a.txt", 2],
      ["cursed.txt", Infinity],
    ]);
    world.outcome = (name) => {
      const left = breaks.get(name) ?? 0;
      breaks.set(name, left - 1);
      return left > 0 ? { kind: "lost" } : { kind: "stored", url: `link of ${name}`, name };
    };
    const queue = new UploadQueue(world);
    queue.add(["a.txt", "cursed.txt", "b.txt"].map((name) => ({ file: file(name), folder: [] })));
    assert.deepEqual(await ended(queue), { "a.txt": "done", "cursed.txt": "failed", "b.txt": "done" });
    assert.equal(world.sent.filter((name) => name === "a.txt").length, 3, "under its previous name");
    assert.equal(queue.items[1]?.failure, "lost");
    assert.ok(world.looks > 0);
  });

  test("starts nothing while paused, and then uploads each file once under its name", async () => {
    const world = new World();
    const queue = new UploadQueue(world);
    queue.add(Array.from({ length: 9 }, (_, at) => ({ file: file(`${at}.txt`), folder: [] })));
    queue.pause();
    assert.equal(queue.pace, "paused");
    for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(queue.items.filter(({ state }) => state === "waiting").length, 9);
    queue.resume();
    await ended(queue);
    const stored = queue.items.map(({ name }) => name);
    assert.deepEqual(
      stored,
      Array.from({ length: 9 }, (_, at) => `${at}.txt`),
    );
  });

  test("has a file's link before it is complete, except if it replaces another", async () => {
    const world = new World();
    world.answer = { choice: "replace", forAll: true };
    const seen = new Map<string, unknown>();
    const queue = new UploadQueue(world);
    world.onSend = async ({ name, isReplacement }, { onBegun }) => {
      onBegun?.(`upload of ${name}`, `early link of ${name}`);
      seen.set(name, [isReplacement, queue.items.find((item) => item.name === name)?.url]);
    };
    queue.add([
      { file: file("new.mkv"), folder: [] },
      { file: file("old.txt"), folder: [] },
    ]);
    assert.deepEqual(await ended(queue), { "new.mkv": "done", "old.txt": "done" });
    assert.deepEqual(seen.get("new.mkv"), [false, "early link of new.mkv"]);
    assert.deepEqual(seen.get("old.txt"), [true, undefined]);
    assert.deepEqual(
      queue.items.map(({ url }) => url),
      ["link of new.mkv", "link of old"],
    );
  });

  test("continues after a pause from what the server kept, in the same upload", async () => {
    const world = new World();
    const targets: (string | undefined)[] = [];
    const paused = Promise.withResolvers<void>();
    world.onSend = async ({ uploadId }, { onBegun, onStored, onSent, signal }) => {
      targets.push(uploadId);
      if (targets.length > 1) return onSent(3, 2);
      onBegun?.("upload", undefined);
      onStored?.(2);
      onSent(3);
      paused.resolve();
      await new Promise((_resolve, reject) => signal.addEventListener("abort", reject));
    };
    const queue = new UploadQueue(world);
    queue.add([{ file: file("film.mkv"), folder: [] }]);
    await paused.promise;
    assert.deepEqual(totalsOf(queue.items).sentBytes, 3);
    queue.pause();
    assert.deepEqual(totalsOf(queue.items).sentBytes, 2);
    queue.resume();
    assert.deepEqual(await ended(queue), { "film.mkv": "done" });
    assert.deepEqual(targets, [undefined, "upload"]);
    const { sentBytes, movedBytes } = totalsOf(queue.items);
    assert.deepEqual(
      { sentBytes, movedBytes },
      { sentBytes: 3, movedBytes: 1 },
      "existing bytes do not affect the rate",
    );
  });

  test("a connection that keeps breaking does not fail a file that makes progress each time", async () => {
    const world = new World();
    let kept = 0;
    world.onSend = async (_to, { onStored }) => onStored?.((kept += 1));
    world.outcome = (name) => (kept < 9 ? { kind: "lost" } : { kind: "stored", url: `link of ${name}`, name });
    const queue = new UploadQueue(world);
    queue.add([{ file: file("film.mkv", 9), folder: [] }]);
    assert.deepEqual(await ended(queue), { "film.mkv": "done" });
  });

  test("fails nothing when the session ends, and uploads everything once after signing in", async () => {
    const world = new World();
    world.outcome = () => ({ kind: "refused", said: "No such user", number: 93, isSessionOver: true });
    const queue = new UploadQueue(world);
    queue.add(["a.txt", "b.txt"].map((name) => ({ file: file(name), folder: [] })));
    while (queue.pace !== "signedOut" || queue.items.some(({ state }) => state !== "waiting"))
      await new Promise((resolve) => setImmediate(resolve));
    assert.equal(totalsOf(queue.items).failed, 0);
    world.outcome = (name) => ({ kind: "stored", url: `link of ${name}`, name });
    queue.resume();
    assert.deepEqual(await ended(queue), { "a.txt": "done", "b.txt": "done" });
  });

  test("continues what was started before a page reload, as planned then, without asking", async () => {
    const world = new World();
    const targets: SendTarget[] = [];
    world.onSend = async (to) => void targets.push(to);
    world.begun.set("old.txt", { uploadId: "upload", plan: { name: "old (2).txt", replacedUrl: undefined } });
    const queue = new UploadQueue(world);
    queue.add([{ file: file("old.txt"), folder: [] }]);
    await ended(queue);
    assert.deepEqual(targets, [
      { folderId: 0, name: "old (2).txt", base: undefined, uploadId: "upload", isReplacement: false },
    ]);
    assert.equal(world.asked.length, 0);
  });

  test("removes cancelled uploads from the server", async () => {
    const world = new World();
    const begun = Promise.withResolvers<void>();
    world.onSend = async (_to, { signal }) => {
      begun.resolve();
      await new Promise((_resolve, reject) => signal.addEventListener("abort", reject));
    };
    const queue = new UploadQueue(world);
    queue.add([{ file: file("film.mkv"), folder: [] }]);
    await begun.promise;
    queue.cancelAll();
    assert.deepEqual(await ended(queue), { "film.mkv": "cancelled" });
    assert.deepEqual(world.dropped, ["film.mkv"]);
  });

  test("cancels waiting files, and refuses files that are too large before sending", async () => {
    const world = new World();
    const queue = new UploadQueue(world);
    queue.add(
      [file("large.bin", 1001), file("a.txt"), file("b.txt"), file("c.txt")].map((each) => ({
        file: each,
        folder: [],
      })),
    );
    queue.cancel(queue.items[3]?.id ?? 0);
    const states = await ended(queue);
    assert.deepEqual(states, { "large.bin": "failed", "a.txt": "done", "b.txt": "done", "c.txt": "cancelled" });
    assert.equal(queue.items[0]?.failure, "tooLarge");
    assert.ok(!world.sent.includes("c.txt"));
  });
});

test("a free name keeps its extension, and a name that starts with a dot has none", () => {
  const taken = new Set(["a.txt", "a (2).txt", ".profile", "plain"]);
  const free = (name: string) => freeName(name, (each) => taken.has(each));
  assert.deepEqual(["a.txt", ".profile", "plain"].map(free), ["a (3).txt", ".profile (2)", "plain (2)"]);
});
