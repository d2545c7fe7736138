import assert from "node:assert/strict";
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, suite, test } from "node:test";
import { listProofFiles, listTestFiles, longest } from "./test-files.ts";

const repository = join(import.meta.dirname, "../..");

suite("the list of test files", () => {
  let root = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "test-files-"));
    for (const path of [
      "e2e/a.test.ts",
      "e2e/durability.test.ts",
      "apps/server/test/b.test.ts",
      "apps/server/src/c.test.ts",
      "packages/core/src/deep/d.test.ts",
      "packages/core/test/e.test.ts",
      "packages/http/examples/i.test.ts",
      "packages/core/src/no-test.ts",
      "packages/core/node_modules/x/test/f.test.ts",
      "e2e/node_modules/x/g.test.ts",
      "tools/src/h.test.ts",
      "tools/src/test-stage.test.ts",
      "e2e/machines/j.proof.ts",
    ]) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), "");
    }
  });
  after(() => rmSync(root, { recursive: true }));

  test("leaves out tests that start other programs in a fast run", () => {
    assert.deepEqual(listTestFiles(root, [], true), [
      "packages/core/src/deep/d.test.ts",
      "apps/server/src/c.test.ts",
      "tools/src/h.test.ts",
    ]);
  });

  test("has unit tests first, then the longest, and whole systems last", () => {
    assert.deepEqual(listTestFiles(root), [
      "packages/core/src/deep/d.test.ts",
      "apps/server/src/c.test.ts",
      "tools/src/h.test.ts",
      "e2e/durability.test.ts",
      "tools/src/test-stage.test.ts",
      "packages/core/test/e.test.ts",
      "packages/http/examples/i.test.ts",
      "apps/server/test/b.test.ts",
      "e2e/a.test.ts",
    ]);
  });

  test("leaves out what only the proof runs", () => {
    assert.deepEqual(listProofFiles(root), ["e2e/machines/j.proof.ts"]);
    assert.deepEqual(listProofFiles(root, ["durability"]), []);
    assert.deepEqual(listTestFiles(root, ["j.proof"]), []);
  });

  test("is selected by part of the path or by glob", () => {
    assert.deepEqual(listTestFiles(root, ["packages/core"]), [
      "packages/core/src/deep/d.test.ts",
      "packages/core/test/e.test.ts",
    ]);
    assert.deepEqual(listTestFiles(root, ["./e2e/a.test.ts", "apps/*/test/*.ts"]), [
      "apps/server/test/b.test.ts",
      "e2e/a.test.ts",
    ]);
    assert.deepEqual(listTestFiles(root, ["nothing"]), []);
  });

  test("includes every test file, and its list of the longest names no missing one", () => {
    assert.deepEqual(
      longest.filter((path) => !existsSync(join(repository, path))),
      [],
    );
    const all = globSync("{packages,apps,e2e,tools}/**/*.test.ts", {
      cwd: repository,
      exclude: (path) => path === "node_modules" || path.endsWith("/node_modules"),
    });
    assert.deepEqual(listTestFiles(repository).toSorted(), all.toSorted());
  });
});
