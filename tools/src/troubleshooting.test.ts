import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { wireErrors } from "@consigne/contract/wire-errors";
import { repositoryRoot } from "./check-stage.ts";

const sources = globSync("{apps,packages}/*/src/**/*.{ts,js}", { cwd: repositoryRoot })
  .filter((path) => !path.endsWith(".test.ts"))
  .map((path) => readFileSync(join(repositoryRoot, path), "utf8"));
const refusals = Object.values(wireErrors).map(({ text, number }) => `${text} #${number}`);

/** Cells in the first column of a table that are all code, or the quoted message in them. */
function quotedMessages(guide: string): string[] {
  return guide.split("\n").flatMap((line) => {
    const [, cell = ""] = /^\| (.+?) +\| /.exec(line) ?? [];
    return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code).filter((code) => / .* /.test(code));
  });
}

/** A message with gaps must be in a single file, between the values a program inserts. */
function isSaid(message: string): boolean {
  if (/ #\d+$/.test(message)) return refusals.includes(message);
  const pieces = message.split("…").map((piece) => piece.trim());
  return sources.some((source) => pieces.every((piece) => source.includes(piece)));
}

test("the troubleshooting guide quotes the programs' actual messages", () => {
  const messages = quotedMessages(readFileSync(join(repositoryRoot, "docs/troubleshooting.md"), "utf8"));
  assert.ok(messages.length > 40, `${messages.length} messages were found`);
  assert.deepEqual(
    messages.filter((message) => !isSaid(message)),
    [],
  );
});
