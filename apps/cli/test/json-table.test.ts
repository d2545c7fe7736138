import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { loadCommands } from "../src/commands/index.ts";
import { jsonCommands } from "./_json-commands.ts";
import { jsonLines, newPerson } from "./_terminal.ts";

const guide = new URL("../../../docs/command-line.md", import.meta.url);

/** Rows of the table: commands, and every field named beside them. */
async function readTable(): Promise<Map<string, readonly string[]>> {
  const [, table = ""] = (await readFile(guide, "utf8")).split("| command");
  const inTicks = (text = "") => [...text.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
  const rows = (table.split("\n\n")[0] ?? "").split("\n").map((line) => line.split("|").slice(1));
  return new Map(rows.flatMap(([names, fields]) => inTicks(names).map((name) => [name, inTicks(fields)] as const)));
}

test("the guide's table has a row for every command that prints JSON, and no others", async () => {
  const rows = [...(await readTable()).keys()];
  const names = jsonCommands(await loadCommands()).map(({ words }) => words.join(" "));
  assert.deepEqual(
    names.filter((name) => !rows.some((row) => covers(row, name))),
    [],
  );
  assert.deepEqual(
    rows.filter((row) => !names.some((name) => covers(row, name))),
    [],
  );
});

const covers = (row: string, line: string) => line === row || line.startsWith(`${row} `);

test("the guide's table lists every field that can be requested", async () => {
  const table = [...(await readTable())];
  for (const { words, fields } of jsonCommands(await loadCommands())) {
    const named = table.filter(([row]) => covers(row, words.join(" "))).flatMap(([, names]) => names);
    assert.deepEqual(
      fields.filter((field) => !named.includes(field)),
      [],
      words.join(" "),
    );
  }
});

test("every printed field can be requested", async (t) => {
  const { server, run, home } = await newPerson(t);
  await server.seed.file("/photos/cat.jpg", "x");
  await writeFile(join(home, "file"), "y");
  await mkdir(join(home, "tree"));
  await writeFile(join(home, "tree", "inside"), "z");
  for (const line of [
    "ls :/",
    "ls :/photos",
    "tree",
    "find",
    "stat :/photos",
    "stat :/photos/cat.jpg",
    "du",
    "cat :/photos/cat.jpg",
    "mkdir :/new",
    "link :/photos/cat.jpg",
    "links add :/photos",
    "links ls :/photos",
    "share :/photos",
    `put ${home}/file :/`,
    `put --keep-both ${home}/file :/`,
    "dedupe :/",
    `get :/file ${home}/got`,
    "cp :/photos/cat.jpg :/copy.jpg",
    "mv :/copy.jpg :/moved.jpg",
    "attr --description note :/moved.jpg",
    `sync ${home}/tree :/new`,
    `check ${home}/tree :/photos`,
    "rm -r --yes :/new",
    "whoami",
    "doctor",
    "config list",
    "config get url",
    "config redacted",
    "rclone-config",
    "completion fish",
    "exit-codes",
    "ca show",
    "ca path",
  ]) {
    const command = jsonCommands(await loadCommands()).find(({ words }) => covers(words.join(" "), line));
    const lines = jsonLines((await run([...line.split(" "), "--json"])).stdout);
    const printed = lines
      .filter(({ type }) => type !== "summary" && type !== "failure" && type !== "error")
      .flatMap((each) => Object.keys(each));
    assert.ok(printed.length > 0, line);
    const unknown = new Set(printed.filter((field) => command?.fields.includes(field) !== true));
    assert.deepEqual([...unknown], [], line);
  }
});
