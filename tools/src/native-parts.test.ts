import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { repositoryRoot } from "./check-stage.ts";
import { describeLeftOut, findLeftOut } from "./native-parts.ts";

const tools = ["oxfmt", "oxlint", "oxlint-tsgolint", "oxc-parser", "rolldown"];

/** A `node_modules` with every tool, and the native parts in `installed`. */
function modulesWith(t: TestContext, installed: readonly string[]): string {
  const modules = mkdtempSync(join(tmpdir(), "modules-"));
  t.after(() => rmSync(modules, { recursive: true }));
  const install = (name: string, manifest: object) => {
    mkdirSync(join(modules, name), { recursive: true });
    writeFileSync(join(modules, name, "package.json"), JSON.stringify(manifest));
  };
  for (const tool of tools) {
    install(tool, { optionalDependencies: { [`@${tool}/linux-x64-gnu`]: "1", [`@${tool}/linux-x64-musl`]: "1" } });
  }
  for (const part of installed) install(part, {});
  return modules;
}

test("names the tools whose native part npm left out", (t) => {
  const modules = modulesWith(t, ["@oxlint/linux-x64-gnu", "@oxlint-tsgolint/linux-x64-musl"]);
  assert.deepEqual(findLeftOut(modules, "linux-x64"), ["oxfmt", "oxc-parser", "rolldown"]);
});

test("requires no native part if a tool offers none for the system", (t) => {
  assert.deepEqual(findLeftOut(modulesWith(t, []), "sunos-sparc"), []);
});

test("finds every native part in this installation", () => {
  assert.deepEqual(findLeftOut(join(repositoryRoot, "node_modules")), []);
});

test("says in one sentence which Node.js must do the installation", () => {
  const text = describeLeftOut(["oxfmt", "oxlint"]);
  assert.match(text, /oxfmt, oxlint: install Node\.js 20\.19 or newer/);
  assert.doesNotMatch(text, /\n/);
});
