import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { promisify } from "node:util";
import * as testkit from "@consigne/testkit";

const packageFolder = join(import.meta.dirname, "..");
const guide = readFileSync(join(packageFolder, "../../docs/testing-your-tool.md"), "utf8");

suite("the guide to testing a tool", () => {
  test("shows only code that is run as an example", () => {
    const examples = globSync("examples/*.test.ts", { cwd: packageFolder }).map((path) =>
      unindented(readFileSync(join(packageFolder, path), "utf8")),
    );
    const blocks = [...guide.matchAll(/```ts\n(.+?)```/gs)].map(([, code]) => code ?? "");
    assert.ok(blocks.length > 5);
    for (const block of blocks) {
      assert.ok(
        examples.some((example) => example.includes(unindented(block))),
        block,
      );
    }
  });

  test("lists every existing fault, and no other", () => {
    const named = guide.split("\n").flatMap((line) => {
      const [, cell = ""] = /^\| (`.+?) \|/.exec(line) ?? [];
      return [...cell.matchAll(/`(\w+)\(/g)].map(([, name]) => name ?? "");
    });
    assert.deepEqual(named.toSorted(), Object.keys(testkit.fault).toSorted());
  });

  test("works in a project outside the repository", async (t) => {
    const project = mkdtempSync(join(tmpdir(), "own-tool-"));
    t.after(() => rmSync(project, { recursive: true }));
    mkdirSync(join(project, "node_modules/@consigne"), { recursive: true });
    symlinkSync(packageFolder, join(project, "node_modules/@consigne/testkit"));
    writeFileSync(join(project, "package.json"), '{"type":"module"}');
    copyFileSync(join(packageFolder, "examples/plain-node.test.ts"), join(project, "tool.test.ts"));
    const { NODE_TEST_CONTEXT: _own, ...env } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, ["--test"], { cwd: project, env });
    assert.match(stdout, /^. fail 0$/m);
    assert.match(stdout, /^. pass 5$/m);
  });
});

/** Excerpts are indented less than their source. */
function unindented(code: string): string {
  return code
    .split("\n")
    .map((line) => line.trim())
    .join("\n");
}
