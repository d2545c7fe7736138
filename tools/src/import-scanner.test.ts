import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { scanSource } from "./import-scanner.ts";

const specifiers = (source: string) => scanSource(source).imports.map((found) => found.specifier);

suite("the import scanner", () => {
  test("finds every static form", () => {
    const source = `
      import "./side-effect.ts";
      import whole from "./default.ts";
      import * as all from './star.ts';
      import { a, b as c } from "./names.ts";
      import mixed, { d } from "./mixed.ts";
      import data from "./data.json" with { type: "json" };
      import type { T } from "./types.ts";
      export { e } from "./again.ts";
      export * from "./everything.ts";
      export * as group from "./group.ts";
      export type { U } from "./more-types.ts";
      export { type V, f } from "./half.ts"`;
    assert.deepEqual(
      specifiers(source).map((specifier) => specifier.replace(/^\.\/|\.\w+$/g, "")),
      ["side-effect", "default", "star", "names", "mixed", "data", "types", "again"].concat([
        "everything",
        "group",
        "more-types",
        "half",
      ]),
    );
  });

  test("recognizes imports that disappear when types are stripped", () => {
    const source = `
      import type { A } from "./a.ts";
      import { type B } from "./b.ts";
      import type from "./c.ts";
      import type D from "./d.ts";
      export type { E } from "./e.ts";
      type F = import("./f.ts").F;`;
    assert.deepEqual(
      scanSource(source).imports.map((found) => found.isTypeOnly),
      [true, false, false, true, true, true],
    );
  });

  test("finds dynamic imports of a literal only", () => {
    const source = 'await import("./a.ts"); import(`./b.ts`); import(name); import("./c" + name); import(`./${d}.ts`);';
    assert.deepEqual(specifiers(source), ["./a.ts", "./b.ts"]);
  });

  test("returns the line of the specifier", () => {
    const source = '/* one\n two */\nimport {\n  a,\n} from "./a.ts";\nconst t = `\n`;\nimport("./b.ts");';
    assert.deepEqual(
      scanSource(source).imports.map((found) => found.line),
      [5, 8],
    );
  });

  test("ignores comments, strings, templates and regular expressions", () => {
    const source = [
      '// import "./a.ts"',
      '/* import x from "./b.ts" */',
      `const s = 'import "./c.ts"';`,
      'const t = `import "./d.ts" ${`import "./e.ts" ${1}`} export * from "./f.ts"`;',
      'const r = /["\'`]/.test(s) ? /[/"]import "x"/g : 4 / 2 / 1;',
      "const meta = import.meta.url;",
      "object.import('./g.ts'); object.export;",
      "export { s };",
      "export const from = 'x';",
      'export function f(): void {}\nconst q = "y";',
      'import "./real.ts";',
    ].join("\n");
    assert.deepEqual(specifiers(source), ["./real.ts"]);
  });

  test("reads code inside a template's substitutions", () => {
    assert.deepEqual(specifiers('const t = `${{ a: await import("./a.ts") }.a} import "./b.ts"`; import "./c.ts";'), [
      "./a.ts",
      "./c.ts",
    ]);
  });

  test("does not take the statement after a plain export list for its source", () => {
    assert.deepEqual(specifiers('export { a }\nconst from = "./a.ts"'), []);
    assert.deepEqual(specifiers('const a = 1; export { a }\nimport b from "./b.ts"'), ["./b.ts"]);
  });

  test("recovers at the end of the line from a misread quote", () => {
    assert.deepEqual(specifiers('if (x) /"/.test(y);\nimport "./a.ts";'), ["./a.ts"]);
  });
});

suite("the scanner for environment variables", () => {
  const linesOf = (source: string) => scanSource(source).environmentLines;

  test("finds every way to read them", () => {
    for (const source of [
      "const a = process.env.HOME;",
      "const a = process.env;",
      'const a = process["env"];',
      "const a = globalThis.process?.env;",
      "const { env } = process;",
      "({ env: settings } = globalThis.process);",
      "spawn(name, { env: { ...process.env } });",
      "const { pid, ...rest } = process;",
      "const { env: settings } = process as unknown as { env: Settings };",
      'import { env } from "node:process";',
      'import { argv, env as e } from "process";',
    ]) {
      assert.equal(linesOf(source).length, 1, source);
    }
  });

  test("ignores other uses of process", () => {
    for (const source of [
      "process.exitCode = 1;",
      "const { pid } = process.versions;",
      "const { pid, platform } = process;",
      "// process.env",
      '"process.env"',
      "child.process.env;",
      'import { stdout } from "node:process"; const env = 1;',
      "spawn(name, { env });",
    ]) {
      assert.deepEqual(linesOf(source), [], source);
    }
  });
});
