import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { findViolations } from "./boundary-rules.ts";
import { readWorkspace } from "./workspace.ts";

type Tree = Record<string, string | object>;

const manifest = (name: string, dependencies: string[] = [], devDependencies: string[] = []) => {
  const asList = (names: string[]) => Object.fromEntries(names.map((each) => [`@consigne/${each}`, "*"]));
  return {
    name: `@consigne/${name}`,
    dependencies: asList(dependencies),
    devDependencies: asList(devDependencies),
  };
};

function violationsOf(tree: Tree): string[] {
  const root = mkdtempSync(join(tmpdir(), "boundaries-"));
  try {
    const whole: Tree = { "package.json": { workspaces: ["packages/*", "apps/*", "e2e"] }, ...tree };
    for (const [path, content] of Object.entries(whole)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
    }
    return findViolations(readWorkspace(root));
  } finally {
    rmSync(root, { recursive: true });
  }
}

function assertOne(violations: string[], pattern: RegExp): void {
  assert.equal(violations.length, 1, violations.join("\n"));
  assert.match(violations[0] ?? "", pattern);
}

suite("the rules for imports between packages", () => {
  test("allow the declared arrows", () => {
    const violations = violationsOf({
      "packages/core/package.json": manifest("core"),
      "packages/core/src/a.ts": 'import { b } from "./b.ts"; import { isIP } from "node:net";',
      "packages/core/src/b.ts": "export const b = 1;",
      "packages/contract/package.json": manifest("contract"),
      "packages/db/package.json": manifest("db", ["core"]),
      "packages/db/src/a.ts": 'import type { b } from "@consigne/core"; import { sql } from "kysely";',
      "packages/http/package.json": manifest("http", ["core", "contract"], ["db"]),
      "packages/http/src/a.ts": 'import "@consigne/contract"; import("@consigne/core");',
      "packages/http/test/a.test.ts": 'import "@consigne/db";',
      "apps/server/package.json": manifest("server", ["http", "db"]),
      "apps/server/src/a.ts": 'import "@consigne/db"; import "@consigne/http";',
      "e2e/package.json": manifest("e2e", ["server"]),
      "e2e/a.test.ts": 'import "@consigne/server";',
    });
    assert.deepEqual(violations, []);
  });

  test("let only admission use flood control", () => {
    const violations = violationsOf({
      "packages/core/package.json": manifest("core"),
      "packages/core/src/flood/flood-service.ts": "export class FloodService {}",
      "packages/core/src/admission/admission.ts": 'import { FloodService } from "../flood/flood-service.ts";',
      "packages/core/src/services.ts": 'import { FloodService } from "./flood/flood-service.ts";',
      "packages/core/src/files/a.ts": 'import type { FloodService } from "../flood/flood-service.ts";',
    });
    assertOne(violations, /files\/a\.ts:1: .*admission only/);
  });

  test("let only the system's own work and tests of rows skip authorization", () => {
    const violations = violationsOf({
      "packages/core/package.json": manifest("core"),
      "packages/core/src/policy/by-system.ts": "export function bySystem() {}",
      "packages/core/src/accounts/account-removal.ts": 'import { bySystem } from "../policy/by-system.ts";',
      "packages/core/src/testing/samples.ts": 'import { bySystem } from "../policy/by-system.ts";',
      "packages/core/src/files/a.ts": 'import { bySystem } from "../policy/by-system.ts";',
    });
    assertOne(violations, /files\/a\.ts:1: .*ask the policy/);
  });

  test("let a folder's areas import in one direction only", () => {
    const files = {
      "apps/cli/package.json": manifest("cli"),
      "apps/cli/src/sync/trees/tree.ts": "export interface Tree {}",
      "apps/cli/src/sync/plan/plan.ts": 'import type { Tree } from "../trees/tree.ts"; import "./planner.ts";',
      "apps/cli/src/sync/session/run.ts": 'import "../plan/plan.ts"; import "../../main.ts";',
    };
    assert.deepEqual(violationsOf(files), []);
    const upwards = { "apps/cli/src/sync/trees/scan.ts": '\nimport type { Run } from "../session/run.ts";' };
    assertOne(violationsOf({ ...files, ...upwards }), /trees\/scan\.ts:2: trees may not import \.\.\/session\/run\.ts/);
    const loose = { "apps/cli/src/sync/loose.ts": 'import "./trees/tree.ts";' };
    assertOne(
      violationsOf({ ...files, ...loose }),
      /sync\/loose\.ts:1: is in none of the rooms of apps\/cli\/src\/sync/,
    );
  });

  test("refuse an undeclared package", () => {
    const violations = violationsOf({
      "packages/core/package.json": manifest("core"),
      "packages/db/package.json": manifest("db"),
      "packages/db/src/a.ts": '\nimport type { A } from "@consigne/core";',
    });
    assertOne(violations, /^packages\/db\/src\/a\.ts:2: @consigne\/core is not among the dependencies/);
  });

  test("refuse a development dependency in other code", () => {
    const violations = violationsOf({
      "packages/core/package.json": manifest("core"),
      "packages/db/package.json": manifest("db", [], ["core"]),
      "packages/db/src/a.ts": 'import "@consigne/core";',
      "packages/db/src/a.test.ts": 'import "@consigne/core";',
    });
    assertOne(violations, /^packages\/db\/src\/a\.ts:1: @consigne\/core is not among/);
  });

  test("refuse an arrow that does not exist, whatever is declared", () => {
    const violations = violationsOf({
      "packages/core/package.json": manifest("core"),
      "apps/cli/package.json": manifest("cli", ["core"]),
      "apps/cli/src/a.ts": 'export { a } from "@consigne/core";',
    });
    assertOne(violations, /cli may not import core/);
  });

  test("refuse an edge that imports an adapter, and an adapter that imports another", () => {
    const tree = {
      "packages/db/package.json": manifest("db"),
      "packages/hashing/package.json": manifest("hashing"),
    };
    const http = violationsOf({
      ...tree,
      "packages/http/package.json": manifest("http", ["db"]),
      "packages/http/src/a.ts": 'await import("@consigne/db");',
    });
    assertOne(http, /http imports db: edges and adapters do not know each other/);
    const blobs = violationsOf({
      ...tree,
      "packages/blobs-fs/package.json": manifest("blobs-fs", ["hashing"]),
      "packages/blobs-fs/src/a.ts": 'import "@consigne/hashing/worker";',
    });
    assertOne(blobs, /blobs-fs imports hashing: edges/);
  });

  test("refuse a cycle of packages, test dependencies included", () => {
    const violations = violationsOf({
      "packages/core/package.json": manifest("core", [], ["db"]),
      "packages/db/package.json": manifest("db", ["core"]),
    });
    assertOne(violations, /cycle of packages: @consigne\/core -> @consigne\/db -> @consigne\/core/);
  });

  test("refuse a package without a place, and a place without a package", () => {
    const violations = violationsOf({
      "packages/ftp/package.json": manifest("ftp", ["cor"]),
      "packages/ftp/src/a.ts": 'import "@consigne/cor";',
    });
    assert.equal(violations.length, 2);
    assert.match(violations[0] ?? "", /@consigne\/ftp is not in the table of arrows/);
    assert.match(violations[1] ?? "", /@consigne\/cor is no package/);
  });

  test("keep the domain out of the threads that compute checksums", () => {
    const violations = violationsOf({
      "packages/core/package.json": manifest("core"),
      "packages/hashing/package.json": manifest("hashing", ["core"]),
      "packages/hashing/src/a.ts":
        'import { leaf } from "@consigne/core/manifest-format"; import type { Hash } from "@consigne/core";',
      "packages/hashing/src/b.ts": 'import { type Hash, leaf } from "@consigne/core";',
      "packages/hashing/test/a.test.ts": 'import "@consigne/core";',
    });
    assertOne(violations, /^packages\/hashing\/src\/b\.ts:1: loads all of @consigne\/core into each thread/);
  });

  test("keep the conformance suites for tests", () => {
    const violations = violationsOf({
      "packages/core/package.json": manifest("core"),
      "packages/db/package.json": manifest("db", ["core"]),
      "packages/db/src/a.ts": 'import "@consigne/core/testing";',
      "packages/db/test/a.test.ts": 'import "@consigne/core/testing";',
    });
    assertOne(violations, /^packages\/db\/src\/a\.ts:1: .* is for tests only/);
  });
});

suite("the rules for imports inside a package", () => {
  test("refuse a relative path that leaves it", () => {
    const violations = violationsOf({
      "packages/core/package.json": manifest("core"),
      "packages/core/src/a.ts": "",
      "packages/db/package.json": manifest("db", ["core"]),
      "packages/db/test/a.test.ts": 'import "../../core/src/a.ts";',
    });
    assertOne(violations, /^packages\/db\/test\/a\.test\.ts:1: .* leaves the package/);
  });

  test("refuse its own name outside tests", () => {
    const violations = violationsOf({
      "packages/db/package.json": manifest("db"),
      "packages/db/src/a.ts": 'import "@consigne/db";',
      "packages/db/test/a.test.ts": 'import "@consigne/db";',
    });
    assertOne(violations, /src\/a\.ts:1: imports its own package by name/);
  });

  test("refuse a cycle of files, tests included", () => {
    const violations = violationsOf({
      "packages/db/package.json": manifest("db"),
      "packages/db/src/a.ts": 'import "./sub/b.ts";',
      "packages/db/src/sub/b.ts": 'export * from "./c.ts";',
      "packages/db/src/sub/c.ts": 'await import("../a.ts");',
      "packages/db/test/_x.ts": 'import "./y.test.ts";',
      "packages/db/test/y.test.ts": 'import "./_x.ts"; import "../src/a.ts";',
    });
    assert.deepEqual(
      violations.map((violation) => violation.replace(/packages\/db\//g, "").replace(/^.*: /, "")),
      ["src/a.ts -> src/sub/b.ts -> src/sub/c.ts -> src/a.ts", "test/_x.ts -> test/y.test.ts -> test/_x.ts"],
    );
  });

  test("accept files whose types refer to each other", () => {
    const violations = violationsOf({
      "packages/db/package.json": manifest("db"),
      "packages/db/src/a.ts": 'import type { B } from "./b.ts";',
      "packages/db/src/b.ts": 'import { a } from "./a.ts";',
    });
    assert.deepEqual(violations, []);
  });
});

suite("the rules for what a package may access", () => {
  test("keep drivers, files and HTTP out of core", () => {
    for (const name of ["node:http", "node:fs/promises", "node:sqlite", "fastify", "kysely", "@fastify/busboy"]) {
      const violations = violationsOf({
        "packages/core/package.json": manifest("core"),
        "packages/core/src/a.ts": `import type { A } from "${name}";`,
        "packages/core/src/a.test.ts": `import "${name}";`,
        "packages/core/src/testing/a.ts": `import "${name}";`,
      });
      assertOne(violations, /^packages\/core\/src\/a\.ts:1: core imports .* behind a port/);
    }
  });

  test("let one file of a package read the environment", () => {
    const violations = violationsOf({
      "apps/server/package.json": manifest("server"),
      "apps/server/src/env.ts": "export const home = process.env.HOME;",
      "apps/server/src/a.test.ts": "process.env.HOME;",
      "apps/server/src/bin.ts": "main(process.env);",
      "apps/server/src/a.ts": "\nconst a = process.env.HOME;",
      "apps/cli/package.json": manifest("cli"),
      "apps/cli/src/environment.ts": "export const all = process.env;",
      "apps/cli/src/sub/env.ts": "export const more = process.env;",
    });
    assert.equal(violations.length, 2, violations.join("\n"));
    assert.match(violations[0] ?? "", /^apps\/cli\/src\/sub\/env\.ts:1: a second place/);
    assert.match(violations[1] ?? "", /^apps\/server\/src\/a\.ts:2: reads the environment/);
  });

  test("skip installed packages and build output", () => {
    const violations = violationsOf({
      "packages/db/package.json": manifest("db"),
      "packages/db/node_modules/x/a.ts": 'import "../../../../core/src/a.ts";',
      "packages/db/dist/a.js": 'import "@consigne/core";',
    });
    assert.deepEqual(violations, []);
  });
});
