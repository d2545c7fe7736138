import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { AncestryMemory } from "./ancestry-memory.ts";
import type { Folder } from "./folder.ts";

/** Folders by id with the id of their parent, and a count of the queries. */
function folderSource(parents: Readonly<Record<number, number | undefined>>) {
  const looks = { findByIds: 0, listAncestry: 0 };
  const folderOf = (id: number): Folder[] => {
    if (!(id in parents)) return [];
    const place = { accountId: "owner", parentId: parents[id], name: `${id}`, createdAt: new Date(0) };
    return [{ id, ...place, publicShareId: undefined, sharePasswordHash: undefined }];
  };
  const source = {
    findByIds: async (ids: readonly number[]) => {
      looks.findByIds++;
      return ids.flatMap(folderOf);
    },
    listAncestry: async (id: number) => {
      looks.listAncestry++;
      const way: Folder[] = [];
      for (let next: number | undefined = id; next !== undefined && way.length < 100; next = parents[next]) {
        way.push(...folderOf(next));
      }
      return way;
    },
  };
  return { source, looks };
}

const idsOf = async (memory: AncestryMemory, id: number) => (await memory.listAncestry(id)).map((folder) => folder.id);

suite("ancestries read ahead", () => {
  test("of many sibling folders take two queries", async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [index + 10, 2]));
    const { source, looks } = folderSource({ ...many, 1: undefined, 2: 1 });
    const memory = new AncestryMemory(source);
    await memory.readAhead(Object.keys(many).map(Number));
    assert.deepEqual(looks, { findByIds: 1, listAncestry: 1 });
    for (const id of [10, 500, 1009]) assert.deepEqual(await idsOf(memory, id), [id, 2, 1]);
    assert.deepEqual(await idsOf(memory, 2), [2, 1]);
    assert.deepEqual(looks, { findByIds: 1, listAncestry: 1 });
  });

  test("of one deep folder take one query", async () => {
    const deep = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [index + 1, index === 0 ? undefined : index]),
    );
    const { source, looks } = folderSource(deep);
    const memory = new AncestryMemory(source);
    await memory.readAhead([100]);
    assert.equal((await idsOf(memory, 100)).length, 100);
    assert.deepEqual(looks, { findByIds: 0, listAncestry: 1 });
  });

  test("end at a missing folder, and at a cycle", async () => {
    const { source } = folderSource({ 1: 2, 2: 1, 3: 1, 4: 99 });
    const memory = new AncestryMemory(source);
    await memory.readAhead([1, 2, 3, 4, 5]);
    assert.equal((await idsOf(memory, 1)).length, 100, "like the source itself");
    assert.deepEqual(await idsOf(memory, 4), [4]);
    assert.deepEqual(await idsOf(memory, 5), []);
  });

  test("are read once on demand if not read before", async () => {
    const { source, looks } = folderSource({ 1: undefined, 2: 1 });
    const memory = new AncestryMemory(source);
    for (let count = 0; count < 3; count++) assert.deepEqual(await idsOf(memory, 2), [2, 1]);
    assert.deepEqual(looks, { findByIds: 0, listAncestry: 1 });
  });
});
