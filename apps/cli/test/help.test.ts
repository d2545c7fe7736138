import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommandGroupSpec, CommandSpec } from "../src/command-line/command.ts";
import { flagsOf } from "../src/command-line/option.ts";
import { loadCommands } from "../src/commands/index.ts";
import { main } from "../src/main.ts";

async function helpOf(words: readonly string[], columns: number): Promise<string> {
  let text = "";
  const stdout = { isTTY: true, columns, write: (part: string | Uint8Array) => (text += String(part)) };
  const stderr = { write: (part: string | Uint8Array) => assert.fail(String(part)) };
  assert.equal(await main([...words, "--help"], { variables: {}, stdout, stderr }), 0);
  return text;
}

function namesOf(specs: readonly (CommandSpec | CommandGroupSpec)[], above: readonly string[] = []): string[][] {
  return specs.flatMap((spec) => {
    const words = [...above, spec.name];
    return [words, ...("commands" in spec ? namesOf(spec.commands, words) : [])];
  });
}

test("help fits the terminal, with lines short enough to read on a wide one", async () => {
  const all = [[], ...namesOf(await loadCommands())];
  for (const [columns, most] of [
    [50, 50],
    [80, 80],
    [300, 100],
  ] as const) {
    for (const words of all) {
      const [page = "", examples = ""] = (await helpOf(words, columns)).split("\nExamples:\n");
      // A command to be copied stays on one line, and so do the usage and what cannot be wrapped.
      const purposes = examples.split("\n").filter((line) => line.startsWith("  # "));
      const tooLong = [...page.split("\n").slice(1), ...purposes].filter(
        (line) => line.length > most && / \S+ /.test(line),
      );
      assert.deepEqual(tooLong, [], words.join(" "));
    }
  }
});

/** Our commands in a shell line, each as its words. */
const commandsIn = (line: string): string[][] =>
  [...line.matchAll(/\bconsigne ([^|()]+)/g)].map(([, rest = ""]) => {
    const [own = ""] = rest.split(/ -- | [<>] /);
    return [...own.matchAll(/'([^']*)'|[^\s"]+/g)].map(([word, quoted]) => quoted ?? word);
  });

test("examples use existing commands and options", async () => {
  const commands = await loadCommands();
  let count = 0;
  for (const words of namesOf(commands)) {
    for (const { line } of specAt(commands, words)?.examples ?? []) {
      for (const used of commandsIn(line)) {
        const path = namesOf(commands).findLast((name) => name.every((word, at) => word === used[at])) ?? [];
        const spec = specAt(commands, path);
        const known = (spec?.options ?? []).flatMap(flagsOf);
        const flags = used.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split("=")[0] ?? word);
        assert.ok(spec !== undefined, line);
        assert.deepEqual(
          flags.filter((flag) => !known.includes(flag)),
          [],
          line,
        );
        count += 1;
      }
    }
  }
  assert.ok(count > 50, String(count));
});

function specAt(
  specs: readonly (CommandSpec | CommandGroupSpec)[],
  [name, ...rest]: string[],
): CommandSpec | undefined {
  const spec = specs.find((each) => each.name === name);
  if (spec === undefined || "handler" in spec) return spec;
  return specAt(spec.commands, rest);
}

test("options are aligned, and long ones have their description below", async () => {
  const lines = (await helpOf(["put"], 80)).split("\n");
  const at = lines.findIndex((line) => line.startsWith("  --encoding <"));
  assert.equal(lines[at]?.trimEnd(), "  --encoding <auto|windows|none>");
  const column = lines.find((line) => line.startsWith("  --dry-run"))?.indexOf("show what");
  assert.equal(lines[at + 1]?.search(/\S/), column);
});

test("a command's own options come before the common ones", async () => {
  const heading = "Options of every command that talks to a server:";
  for (const [words, own] of [
    [["ls"], /--sort <name\|size\|date>[^]*--json/],
    [["trash", "ls"], /--json/],
  ] as const) {
    const [before = "", common = ""] = (await helpOf(words, 80)).split(heading);
    assert.match(before, own);
    assert.doesNotMatch(before, /--url/);
    assert.match(common, /--url <url>[^]*--help/);
  }
});

test("`help` after a group shows the group's help", async () => {
  assert.equal(await helpOf(["keys", "help"], 80), await helpOf(["keys"], 80));
  assert.equal(await helpOf(["keys", "help", "new"], 80), await helpOf(["keys", "new"], 80));
});
