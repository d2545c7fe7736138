import assert from "node:assert/strict";
import { test } from "node:test";
import { FinishingFiles } from "./finishing-files.ts";
import type { ReceivedFile } from "./incoming-file.ts";

/** A file that ends when the test says so. */
function heldFile(name: string, sizeBytes = 1) {
  const { promise, resolve, reject } = Promise.withResolvers<ReceivedFile>();
  const received = { name, contentType: "text/plain", blobKey: name, sizeBytes, whirlpool: "" };
  return { file: { sizeBytes, finish: () => promise }, end: () => resolve(received), fail: reject };
}

const namesOf = (files: readonly ReceivedFile[]) => files.map(({ name }) => name);
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Whether it has resolved once everything that can continue has done so. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let isResolved = false;
  void promise.then(() => (isResolved = true));
  await turn();
  return isResolved;
}

test("small files finish while the next ones arrive and are returned in order", async () => {
  const finishing = new FinishingFiles();
  const [one, two] = [heldFile("one"), heldFile("two")];
  await finishing.add(one.file);
  await finishing.add(two.file);
  const all = finishing.takeAll();
  two.end();
  assert.equal(await isDone(all), false);
  one.end();
  assert.deepEqual(namesOf(await all), ["one", "two"]);
  assert.deepEqual(await finishing.takeAll(), []);
});

test("at most 200 small files are finishing at once", async () => {
  const finishing = new FinishingFiles();
  const files = Array.from({ length: 200 }, (_, index) => heldFile(`${index}`));
  for (const { file } of files.slice(0, 199)) await finishing.add(file);
  const last = finishing.add(files[199]?.file ?? assert.fail());
  assert.equal(await isDone(last), false);
  for (const { end } of files) end();
  await last;
  assert.equal((await finishing.takeAll()).length, 200);
});

test("at most eight medium files are finishing at once, and a large one is waited for", async () => {
  const finishing = new FinishingFiles();
  const files = Array.from({ length: 8 }, (_, index) => heldFile(`${index}`, 256 * 1024));
  for (const { file } of files.slice(0, 7)) await finishing.add(file);
  const eighth = finishing.add(files[7]?.file ?? assert.fail());
  assert.equal(await isDone(eighth), false);
  files[3]?.end();
  await eighth;
  for (const { end } of files) end();
  assert.equal((await finishing.takeAll()).length, 8);
  const large = heldFile("large", 1024 * 1024);
  const added = finishing.add(large.file);
  assert.equal(await isDone(added), false);
  large.end();
  await added;
});

test("a failure is reported with the next file and at the end, and durable files can still be dropped", async () => {
  const finishing = new FinishingFiles();
  const [one, two, three] = [heldFile("one"), heldFile("two"), heldFile("three")];
  await finishing.add(one.file);
  await finishing.add(two.file);
  const failure = new Error("full");
  one.fail(failure);
  await turn();
  assert.throws(() => finishing.requireSound(), failure);
  await assert.rejects(finishing.add(three.file), failure);
  two.end();
  three.end();
  await assert.rejects(finishing.takeAll(), failure);
  assert.deepEqual(namesOf(await finishing.takeDurable()), ["two", "three"]);
});
