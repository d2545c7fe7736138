import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommandGroupSpec, CommandSpec } from "../src/command-line/command.ts";
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

test("help fits the terminal, and lines stay short enough to read in a wide one", async () => {
  const all = [[], ...namesOf(await loadCommands())];
  for (const [columns, most] of [
    [50, 50],
    [80, 80],
    [300, 100],
  ] as const) {
    for (const words of all) {
      const [page = "", examples = ""] = (await helpOf(words, columns)).split("\nExamples:\n");
      // A command that can be copied stays in one line, and so do the usage and what cannot be broken.
      const purposes = examples.split("\n").filter((line) => line.startsWith("  # "));
      const tooLong = [...page.split("\n").slice(1), ...purposes].filter(
        (line) => line.length > most && / \S+ /.test(line),
      );
      assert.deepEqual(tooLong, [], words.join(" "));
    }
  }
});

test("options are lined up, and what is too long for that has its text below", async () => {
  const lines = (await helpOf(["put"], 80)).split("\n");
  const at = lines.findIndex((line) => line.startsWith("  --encoding <"));
  assert.equal(lines[at]?.trimEnd(), "  --encoding <auto|windows|none>");
  const column = lines.find((line) => line.startsWith("  --dry-run"))?.indexOf("show what");
  assert.equal(lines[at + 1]?.search(/\S/), column);
});

test("help lists what a command has of its own before what most have", async () => {
  const [own = "", common = ""] = (await helpOf(["ls"], 80)).split("Options of every command that talks to a server:");
  assert.match(own, /--sort <name\|size\|date>/);
  assert.doesNotMatch(own, /--url/);
  assert.match(common, /--url <url>[^]*--help/);
});

test("`help` behind a group is its help", async () => {
  assert.equal(await helpOf(["keys", "help"], 80), await helpOf(["keys"], 80));
  assert.equal(await helpOf(["keys", "help", "new"], 80), await helpOf(["keys", "new"], 80));
});
