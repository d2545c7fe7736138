import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { CommandGroupSpec, CommandSpec } from "../src/command-line/command.ts";
import { commands } from "../src/commands/index.ts";
import { jsonLines, newPerson } from "./_terminal.ts";

const guide = new URL("../../../docs/command-line.md", import.meta.url);

/** Rows of the table: commands, and every field that is named beside them. */
async function readTable(): Promise<Map<string, readonly string[]>> {
  const [, table = ""] = (await readFile(guide, "utf8")).split("| command");
  const inTicks = (text = "") => [...text.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
  const rows = (table.split("\n\n")[0] ?? "").split("\n").map((line) => line.split("|").slice(1));
  return new Map(rows.flatMap(([names, fields]) => inTicks(names).map((name) => [name, inTicks(fields)] as const)));
}

/** Full names of commands with --json. */
function namesOf(specs: readonly (CommandSpec | CommandGroupSpec)[], parent = ""): string[] {
  return specs.flatMap((spec) => {
    if (!("handler" in spec)) return namesOf(spec.commands, `${parent}${spec.name} `);
    return spec.options.some(({ flags }) => flags === "--json") ? [parent + spec.name] : [];
  });
}

test("the table of the guide has a row for each command that prints JSON, and for no other", async () => {
  const rows = [...(await readTable()).keys()];
  // `keys` tells only that they cannot be managed.
  const names = namesOf(commands).filter((name) => name !== "keys");
  const covers = (row: string, name: string) => name === row || name.startsWith(`${row} `);
  assert.deepEqual(
    names.filter((name) => !rows.some((row) => covers(row, name))),
    [],
  );
  assert.deepEqual(
    rows.filter((row) => !names.some((name) => covers(row, name))),
    [],
  );
});

test("the table of the guide names each field that is printed", async (t) => {
  const { server, ok } = await newPerson(t);
  await server.seed.file("/photos/cat.jpg", "x");
  const table = await readTable();
  for (const line of [
    "ls :/photos",
    "tree",
    "find",
    "du",
    "cat :/photos/cat.jpg",
    "mkdir :/new",
    "link :/photos/cat.jpg",
    "share :/photos",
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
    const row = [...table].find(([name]) => line === name || line.startsWith(`${name} `));
    const printed = jsonLines((await ok([...line.split(" "), "--json"])).stdout).flatMap((each) => Object.keys(each));
    assert.ok(printed.length > 0, line);
    const unnamed = new Set(printed.filter((field) => row?.[1].includes(field) !== true));
    assert.deepEqual([...unnamed], [], line);
  }
});
