import assert from "node:assert/strict";
import { test } from "node:test";
import { type PrintedPage, printPages } from "./operator-output.ts";

/** Pages of two rows each, with a count of those that were read. */
function pagesOf(count: number) {
  const read = { pages: 0 };
  async function* pages(): AsyncGenerator<PrintedPage> {
    for (let at = 1; at <= count; at++) {
      read.pages = at;
      const names = [`name ${at}`, `longer name ${at}`];
      yield { data: names.map((name) => ({ name })), rows: names.map((name) => [name, "x"]) };
    }
  }
  return { read, pages: pages() };
}

async function printed(isJson: boolean, count: number): Promise<string> {
  let text = "";
  const output = {
    out: (line: string) => void (text += `${line}\n`),
    part: (part: string) => void (text += part),
    error: () => undefined,
  };
  await printPages(output, isJson, ["NAME", "X"], pagesOf(count).pages);
  return text;
}

test("a list printed in pages is one table, or one JSON document", async () => {
  assert.equal(await printed(false, 0), "NAME  X\n");
  assert.deepEqual((await printed(false, 2)).split("\n"), [
    "NAME           X",
    "name 1         x",
    "longer name 1  x",
    "name 2         x",
    "longer name 2  x",
    "",
  ]);
  assert.deepEqual(JSON.parse(await printed(true, 0)), []);
  const names = ["name 1", "longer name 1", "name 2", "longer name 2"];
  assert.deepEqual(
    JSON.parse(await printed(true, 2)),
    names.map((name) => ({ name })),
  );
});

test("the next page is read only once the previous one was printed, and none once nobody reads", async () => {
  for (const isJson of [false, true]) {
    const { read, pages } = pagesOf(10);
    const atPage: number[] = [];
    const isRead = async () => {
      atPage.push(read.pages);
      return atPage.length < 3;
    };
    const output = { out: () => undefined, part: () => undefined, error: () => undefined, isRead };
    await printPages(output, isJson, ["NAME", "X"], pages);
    assert.deepEqual(atPage, [1, 2, 3]);
    assert.equal(read.pages, 3);
  }
});
