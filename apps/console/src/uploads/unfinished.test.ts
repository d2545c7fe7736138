import assert from "node:assert/strict";
import { afterEach, beforeEach, suite, test } from "node:test";
import type { ItemState, UploadItem } from "./upload-item.ts";
import { Unfinished } from "./unfinished.ts";

const file = (name: string) => new File(["x"], name);
const item = (name: string, state: ItemState, more: Partial<UploadItem> = {}): UploadItem => ({
  id: 1,
  file: file(name),
  folder: ["trip"],
  name,
  state,
  sentBytes: 0,
  foundBytes: 0,
  storedBytes: 0,
  breaks: 0,
  ...more,
});
const plan = { name: "b (2).txt", replacedUrl: undefined };

suite("unfinished files", () => {
  beforeEach(() => {
    const kept = new Map<string, string>();
    Object.assign(globalThis, {
      sessionStorage: {
        getItem: (key: string) => kept.get(key) ?? null,
        setItem: (key: string, value: string) => void kept.set(key, value),
        removeItem: (key: string) => void kept.delete(key),
      },
    });
  });
  afterEach(() => void Reflect.deleteProperty(globalThis, "sessionStorage"));

  test("are known after a page reload, until they are chosen again", () => {
    const items = [
      item("a.txt", "done"),
      item("b.txt", "sending", { uploadId: "upload", plan }),
      item("c.txt", "waiting"),
      item("d.txt", "failed"),
      item("e.txt", "cancelled"),
    ];
    new Unfinished().keep(items);
    const again = new Unfinished();
    assert.deepEqual(
      again.lacking.map(({ path }) => path),
      ["trip/b.txt", "trip/c.txt", "trip/d.txt"],
    );
    assert.equal(again.take({ file: file("b.txt"), folder: [] }), undefined, "in another folder");
    assert.equal(again.isContinued, false);
    assert.deepEqual(again.take({ file: file("b.txt"), folder: ["trip"] })?.uploadId, "upload");
    again.keep([item("b.txt", "waiting")]);
    assert.equal(again.isContinued, true);
    assert.equal(again.take({ file: file("b.txt"), folder: ["trip"] }), undefined, "once");
    again.keep([item("b.txt", "done")]);
    assert.equal(again.isContinued, false, "all of it has arrived");
    assert.deepEqual(
      new Unfinished().lacking.map(({ path }) => path),
      ["trip/c.txt", "trip/d.txt"],
      "those that nobody has chosen again",
    );
    again.forget();
    assert.deepEqual(new Unfinished().lacking, []);
  });

  test("are only counted beyond 500, and none if the storage contains something else", () => {
    new Unfinished().keep(Array.from({ length: 600 }, (_, at) => item(`${at}.txt`, "waiting")));
    const again = new Unfinished();
    assert.deepEqual([again.lacking.length, again.others], [500, 100]);
    sessionStorage.setItem("consigne-unfinished", "{");
    assert.deepEqual(new Unfinished().lacking, []);
    sessionStorage.setItem("consigne-unfinished", "null");
    assert.deepEqual(new Unfinished().lacking, []);
  });
});
