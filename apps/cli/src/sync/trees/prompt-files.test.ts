import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { stampOf } from "./file-stamp.ts";
import { promptFiles } from "./prompt-files.ts";

/** More than are ever left to the system's threads between two synchronous reads. */
const TRIES = 65;

function fileIn(t: TestContext, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "consigne-prompt-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "file");
  writeFileSync(path, content);
  return path;
}

async function factsOf(path: string): Promise<{ sizeBytes: number; stamp: string }> {
  const found = await promptFiles.look(path, { followsLinks: false });
  return { sizeBytes: Number(found.size), stamp: stampOf(found) };
}

/** On a busy machine some are not read synchronously. */
async function readOf(path: string, facts: { sizeBytes: number; stamp: string }): Promise<string | undefined> {
  for (let at = 0; at < TRIES; at += 1) {
    const bytes = await promptFiles.read(path, facts);
    if (bytes !== undefined) return Buffer.from(bytes).toString();
  }
  return undefined;
}

test("a file is read in full as it was when listed, and not at all if it has changed", async (t) => {
  const path = fileIn(t, "what is in it");
  const facts = await factsOf(path);
  assert.equal(await readOf(path, facts), "what is in it");
  appendFileSync(path, " and more");
  assert.equal(await readOf(path, facts), undefined);
  assert.equal(await readOf(path, await factsOf(path)), "what is in it and more");
  rmSync(path);
  assert.equal(await readOf(path, facts), undefined);
});

test("an empty file is read as empty", async (t) => {
  const path = fileIn(t, "");
  assert.equal(await readOf(path, await factsOf(path)), "");
});

test("a pipe in place of the file is not waited for", { skip: process.platform === "win32" }, async (t) => {
  const path = fileIn(t, "content");
  const facts = await factsOf(path);
  rmSync(path);
  execFileSync("mkfifo", [path]);
  assert.equal(await readOf(path, facts), undefined);
});

test("links are described or followed, and a missing file is the system's own error", async (t) => {
  const path = fileIn(t, "content");
  const link = `${path}-link`;
  symlinkSync(path, link);
  for (let at = 0; at < TRIES; at += 1) {
    assert.ok((await promptFiles.look(link, { followsLinks: false })).isSymbolicLink());
    assert.ok((await promptFiles.look(link, { followsLinks: true })).isFile());
    await assert.rejects(promptFiles.look(`${path}-none`, { followsLinks: false }), { code: "ENOENT" });
  }
});
