import assert from "node:assert/strict";
import { StatementSync } from "node:sqlite";
import { test } from "node:test";
import { may, placed } from "@consigne/core/testing";
import { openSqliteDatabase } from "../src/index.ts";
import { createContents } from "./_contents.ts";
import { makeFolder } from "./_folder.ts";

const MANY = 400;
/** One part of the values, plus the same again for values repeated in it. */
const MOST_BYTES = 2 * 256 * 1024;

/** The size in bytes of the longest statement in `work`. */
async function longestStatement(work: () => Promise<unknown>): Promise<number> {
  const { run, all } = StatementSync.prototype;
  let longest = 0;
  const noted = (method: typeof run | typeof all) =>
    function counted(this: StatementSync, ...values: unknown[]): unknown {
      const bytes = values.flat().map((value) => (typeof value === "string" ? Buffer.byteLength(value) : 8));
      longest = Math.max(
        longest,
        bytes.reduce((sum, each) => sum + each, 0),
      );
      return Reflect.apply(method, this, values);
    };
  Object.assign(StatementSync.prototype, { run: noted(run), all: noted(all) });
  try {
    await work();
  } finally {
    Object.assign(StatementSync.prototype, { run, all });
  }
  return longest;
}

test("no statement exceeds its maximum size, however long the texts of files are", async () => {
  await using folder = await makeFolder();
  const database = await openSqliteDatabase({ path: folder.file });
  await createContents(database);
  const [sample = assert.fail()] = await database.files.findByIds(["file-0"]);
  const name = (at: number) => `${at} `.padEnd(1020, "n");
  // The last value pads a list to a length for which there is a prepared statement.
  const text = (at: number, unit: string, count: number) =>
    at % 65 < 64 ? `${at} ${unit}` : `${at} ${unit.repeat(count)}`;
  const every = Array.from({ length: MANY }, (_, at) => ({ ...placed(sample), id: `many ${at}`, name: name(at) }));
  const changes = {
    making: () =>
      database.files.createMany(
        every.map((file) => ({ ...file, description: "字".repeat(4000), contentType: "x".repeat(120) })),
      ),
    renaming: () =>
      database.files.updateMany(every.map(({ id }, at) => ({ id: may(id), changes: { name: name(at + MANY) } }))),
    noting: () =>
      database.files.updateMany(
        every.map(({ id }, at) => ({
          id: may(id),
          changes: { description: `${at} ${"字".repeat(4000)}`, accessList: { emails: ["e".repeat(8000)] } },
        })),
      ),
    "noting some": () =>
      database.files.updateMany(
        every.map(({ id }, at) => ({ id: may(id), changes: { description: text(at, "字", 4000) } })),
      ),
  };
  for (const [what, change] of Object.entries(changes)) {
    const longest = await longestStatement(change);
    assert.ok(longest > 0 && longest <= MOST_BYTES, `${what}: ${longest} bytes`);
  }
  const [first, last] = await Promise.all(["many 0", "many 64"].map((id) => database.files.findById(id)));
  assert.deepEqual([first?.description, last?.description], ["0 字", `64 ${"字".repeat(4000)}`]);
  assert.deepEqual([first?.name, last?.accessList], [name(MANY), { emails: ["e".repeat(8000)] }]);
  await database.close();
});
