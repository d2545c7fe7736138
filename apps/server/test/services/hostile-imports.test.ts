import assert from "node:assert/strict";
import { test } from "node:test";
import { type Import, ImportSourceError } from "@consigne/core";
import { ScriptedImports } from "../_import-source.ts";
import { work } from "../_letters.ts";
import { DAY_MS, HOUR_MS, openBench } from "../_services.ts";
import { ScriptedSources } from "../_sources.ts";

const access = { kind: "account", url: "https://api.example.org/v1", apiKey: "key", path: "/" } as const;

async function opened(source: ScriptedImports, options: Parameters<typeof openBench>[0] = {}) {
  const bench = await openBench({
    ...options,
    replace: () => ({ sources: new ScriptedSources(), importSources: source }),
  });
  const owner = await bench.account();
  const order = (isPlan = false) => bench.services.imports.order(owner, { access, folder: "root", isPlan });
  const goOn = async ({ id }: Import) => {
    await work(bench);
    return bench.services.imports.get(owner, id);
  };
  return { bench, owner, order, goOn, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

const fileOf = (name: string, sizeBytes: number) => ({ reference: name, name, sizeBytes, whirlpool: undefined });

test("ends and shows an import whose sizes together exceed what a row can store", async () => {
  const source = new ScriptedImports();
  source.tree = { "": { files: ["a", "b", "c"].map((name) => fileOf(name, Number.MAX_SAFE_INTEGER)) } };
  await using world = await opened(source);
  const found = await world.goOn(await world.order(true));
  assert.equal(found.state, "failed");
  assert.match(JSON.stringify(found.messages), /an impossible total size/);
  assert.equal((await world.bench.services.imports.list(world.owner, { before: undefined, limit: 9 })).length, 1);
});

test("accepts any pace that a source announces", async () => {
  for (const paceMs of [Infinity, NaN, -1, 0.5]) {
    const source = new ScriptedImports();
    source.tree = { "": {} };
    source.paceMs = async () => paceMs;
    await using world = await opened(source);
    const found = await world.goOn(await world.order(true));
    assert.deepEqual([found.state, found.paceMs], ["planned", { 0.5: 1, Infinity: DAY_MS }[paceMs] ?? 0]);
  }
});

test("pauses for at most a week, whenever a source wants to be asked again", async () => {
  const source = new ScriptedImports();
  source.tree = { "": {} };
  const retryAfterMs = Date.parse("+275760-09-13T00:00:00Z");
  source.failures.list.push(new ImportSourceError("locked", { code: "text", text: "later" }, { retryAfterMs }));
  await using world = await opened(source);
  const found = await world.goOn(await world.order());
  assert.deepEqual([found.state, found.messages], ["walking", [{ code: "text", text: "later" }]]);
  world.bench.clock.advance(7 * DAY_MS);
  assert.equal((await world.goOn(found)).state, "done");
});

test("records a large folder in parts, and again after it continued", async () => {
  const source = new ScriptedImports();
  const folders = (prefix: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`${prefix}${at}`, `${prefix}${at}`]));
  source.tree = { "": { folders: folders("a", 300) } };
  await using world = await opened(source, { maxEntries: 285 });
  const { services } = world.bench;
  const stopped = await world.goOn(await world.order());
  assert.equal(stopped.state, "walking", JSON.stringify(stopped.messages));
  assert.equal((await (await services.folders.list(world.owner, "root")).children.all()).length, 250);
  assert.equal(stopped.tallies.folders.open, 251);
  source.tree = {
    "": { folders: folders("b", 30) },
    ...Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`b${at}`, {}])),
  };
  world.bench.clock.advance(HOUR_MS);
  const done = await world.goOn(stopped);
  assert.deepEqual([done.state, done.tallies.folders], ["done", { open: 0, done: 31, failed: 0 }]);
  const page = { states: ["open", "done", "failed"], after: undefined, limit: 99 } as const;
  const { entries } = await services.imports.listEntries(world.owner, done.id, page);
  assert.deepEqual([entries.length, entries[0]?.name, entries[0]?.place], [30, "b0", 1]);
});
