import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";

const skip = process.getuid === undefined ? "who owns a file is not told on this system" : false;
const urlOf = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

/** Prints where it runs from, what it was made with and what is next to its source. */
const source = (said: string) => `
  import { readFileSync } from "node:fs";
  import { said } from "./said.ts";
  const { said: late } = await import("./late.ts");
  const from: string = new Error().stack?.includes("/dist/") ? "joined" : "sources";
  console.log([from, ${JSON.stringify(said)}, said, late, readFileSync(new URL("./beside.txt", import.meta.url), "utf8")].join(" "));
`;

const files = {
  "package.json": '{ "workspaces": ["apps/*"] }',
  "package-lock.json": "{}",
  "apps/p/package.json": '{ "name": "p", "type": "module" }',
  "apps/p/start.js": `
    import { startProgram } from ${urlOf("../../../packages/launcher/src/joined.js")};
    await startProgram({ name: "p", folder: import.meta.dirname });`,
  "apps/p/src/bin.ts": source("one"),
  "apps/p/src/said.ts": 'export const said = "two";',
  "apps/p/src/late.ts": 'export const said = "three";',
  "apps/p/src/beside.txt": "four",
  "tools/src/joined/join.ts": "",
  "tools/src/joined/make-program.ts": `
    import { makeProgram } from ${urlOf("./make-program.ts")};
    await makeProgram(process.argv[2]);`,
};

function repositoryOf(t: TestContext, others: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), "make-program-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries({ ...files, ...others })) write(root, path, text);
  return root;
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** @returns its output; standard error is empty because it is not a terminal */
async function start(root: string, cache = join(root, "cache")): Promise<string> {
  const { NODE_COMPILE_CACHE: _, ...inherited } = process.env;
  const env = { ...inherited, CONSIGNE_CACHE_DIR: cache };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(root, "apps/p/start.js")], { env });
  assert.equal(stderr, "");
  return stdout.trimEnd();
}

const madeIn = (root: string) => readdirSync(join(root, "apps/p/dist")).filter((name) => name.startsWith("joined-"));

test("a start builds the program, the next uses it, and any change of a source rebuilds it", { skip }, async (t) => {
  const root = repositoryOf(t);
  assert.equal(await start(root), "joined one two three four");
  const [first = ""] = madeIn(root);
  assert.equal(await start(root), "joined one two three four");
  assert.deepEqual(madeIn(root), [first]);

  write(root, "apps/p/src/late.ts", 'export const said = "3";');
  assert.equal(await start(root), "joined one two 3 four");
  const created = madeIn(root);
  assert.equal(created.length, 2, "a running process may still load parts of the previous program");

  const longAgo = new Date(Date.now() - 25 * 3_600_000);
  utimesSync(join(root, "apps/p/dist", first), longAgo, longAgo);
  write(root, "apps/p/src/said.ts", 'export const said = "2";');
  assert.equal(await start(root), "joined one 2 3 four");
  assert.ok(!madeIn(root).includes(first), "a day later nothing does");
});

test("a program that does not compile runs from its sources, which say so, and is not rebuilt each time", async (t) => {
  const root = repositoryOf(t, { "apps/p/src/late.ts": "export const said = ;" });
  await assert.rejects(start(root), /SyntaxError/);
  write(root, "apps/p/src/late.ts", files["apps/p/src/late.ts"]);
  assert.equal(await start(root), "sources one two three four");
  assert.deepEqual(madeIn(root), []);
});

test("several simultaneous first starts all work", { skip }, async (t) => {
  const root = repositoryOf(t);
  const said = await Promise.all(Array.from({ length: 4 }, () => start(root)));
  for (const each of said) assert.match(each, /^(joined|sources) one two three four$/);
  assert.equal(await start(root), "joined one two three four");
});

test("a copy elsewhere is used unchanged, whatever its file times", { skip }, async (t) => {
  const root = repositoryOf(t);
  await start(root);
  const copy = repositoryOf(t);
  for (const name of ["apps", "tools"]) {
    rmSync(join(copy, name), { recursive: true });
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  const stamps = () => readFileSync(join(copy, "apps/p/dist/made.json"), "utf8");
  const before = stamps();
  assert.equal(await start(copy), "joined one two three four");
  assert.deepEqual(madeIn(copy), madeIn(root));
  assert.notEqual(stamps(), before, "the next start need not read them");
});

test("runs from the sources if nothing can be written, or the builder is missing", async (t) => {
  const root = repositoryOf(t, { "apps/p/dist": "in the way" });
  assert.equal(await start(root), "sources one two three four");
  const bare = repositoryOf(t);
  rmSync(join(bare, "tools"), { recursive: true });
  assert.equal(await start(bare), "sources one two three four");
});

test("ignores a record of another version, or an invalid one", { skip }, async (t) => {
  const root = repositoryOf(t);
  for (const record of ["{}", "nothing", '{"program":"absent/bin.mjs","files":[]}', "null"]) {
    write(root, "apps/p/dist/made.json", record);
    assert.equal(await start(root), "joined one two three four", record);
  }
});

test("a program emptied or truncated on disk is rebuilt", { skip }, async (t) => {
  const root = repositoryOf(t);
  await start(root);
  for (const [part, left] of [
    ["bin", ""],
    ["late", "export"],
  ] as const) {
    const [created = ""] = madeIn(root);
    const file = readdirSync(join(root, "apps/p/dist", created)).find(
      (name) => name.includes(part) && name.endsWith("mjs"),
    );
    write(root, `apps/p/dist/${created}/${file}`, left);
    assert.equal(await start(root), "joined one two three four", part);
    assert.equal(madeIn(root).length, 2, part);
    rmSync(join(root, "apps/p/dist", created), { recursive: true });
  }
});

test("starts if compiled code cannot be kept, or is damaged", { skip }, async (t) => {
  const root = repositoryOf(t);
  write(root, "file", "no folder");
  assert.equal(await start(root, join(root, "file")), "joined one two three four");
  await start(root);
  for (const name of readdirSync(join(root, "cache"), { recursive: true, withFileTypes: true })) {
    if (name.isFile()) writeFileSync(join(name.parentPath, name.name), "of another version");
  }
  assert.equal(await start(root), "joined one two three four");
});

test("code compiled for deleted programs is removed", { skip }, async (t) => {
  const root = repositoryOf(t);
  const [old, recent] = ["old", "recent"].map((name) => join(root, "cache/compiled/v1", name)) as [string, string];
  for (const path of [old, recent]) write(root, path.slice(root.length), "");
  const longAgo = new Date(Date.now() - 31 * 24 * 3_600_000);
  utimesSync(old, longAgo, longAgo);
  await start(root);
  assert.deepEqual(readdirSync(join(root, "cache/compiled/v1")), ["recent"]);
});
