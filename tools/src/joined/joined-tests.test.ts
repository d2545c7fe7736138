import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { repositoryRoot } from "../check-stage.ts";
import { JoinedTests, joinedPrograms } from "./joined-tests.ts";

function repositoryOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "joined-tests-"));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), source);
  }
  return root;
}

const run = (file: string) => spawnSync(process.execPath, [file], { encoding: "utf8" });

test("a bundled test starts bundled programs, finds files beside its source, and reports places in the source", async (t) => {
  const root = repositoryOf(t, {
    "packages/a/src/deep.ts": `interface Nothing {}\n\nexport class Deep {\n  fail(): never {\n    throw new Error("deep");\n  }\n}\n`,
    "packages/a/src/program.ts": `import { Deep } from "./deep.ts";\nconsole.log(Deep.name, import.meta.dirname);\n`,
    "packages/a/src/beside.txt": "beside\n",
    "packages/a/test/a.test.ts": `
      import { readFileSync } from "node:fs";
      import { Deep } from "../src/deep.ts";
      console.log(new URL("../src/program.ts", import.meta.url).pathname);
      console.log(new URL("../src/other.ts", import.meta.url).pathname);
      console.log(readFileSync(new URL("../src/beside.txt", import.meta.url), "utf8"));
      new Deep().fail();`,
  });
  const test = "packages/a/test/a.test.ts";
  using joined = await JoinedTests.join(root, [test, "tools/src/b.test.ts"], ["packages/a/src/program.ts"]);
  assert.equal(joined.fileOf("tools/src/b.test.ts"), join(root, "tools/src/b.test.ts"));
  assert.equal(joined.sourceOf(joined.fileOf(test)), join(root, test));
  // The source files are not read any more.
  rmSync(join(root, "packages/a/src/deep.ts"));

  const { stdout, stderr } = run(joined.fileOf(test));
  const [program = "", other, beside] = stdout.split("\n");
  assert.deepEqual([other, beside], [join(root, "packages/a/src/other.ts"), "beside"]);
  assert.equal(run(program).stdout, `Deep ${join(root, "packages/a/src")}\n`);
  assert.ok(!stderr.includes(join(root, "packages")), stderr);
  const told = joined.places.inText(stderr);
  assert.ok(told.includes(`${join(root, "packages/a/src/deep.ts")}:5:`), told);
  assert.ok(told.includes(`${join(root, test)}:7:`), told);
});

test("bundles are removed after the run, even if a file cannot be bundled", async (t) => {
  const root = repositoryOf(t, { "packages/a/src/program.ts": "export {};\n" });
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = root;
  t.after(() => (before === undefined ? delete process.env["TMPDIR"] : (process.env["TMPDIR"] = before)));
  const joined = await JoinedTests.join(root, [], ["packages/a/src/program.ts"]);
  joined[Symbol.dispose]();
  await assert.rejects(JoinedTests.join(root, [], ["packages/a/src/absent.ts"]), /absent\.ts/);
  assert.deepEqual(readdirSync(root), ["packages"]);
});

test("every bundled program exists", () => {
  assert.deepEqual(
    joinedPrograms.filter((path) => !existsSync(join(repositoryRoot, path))),
    [],
  );
});
