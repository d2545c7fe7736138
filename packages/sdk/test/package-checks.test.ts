import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { faultsOfPackage } from "../build/package-checks.ts";

async function packageWith(t: TestContext, exports: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "consigne-package-"));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "web"));
  await writeFile(join(folder, "web/index.js"), "export const name = 1;\n".repeat(1000));
  await writeFile(join(folder, "index.d.ts"), "export declare const name: number;\n");
  const manifest = { name: "x", version: "1.0.0", type: "module", license: "MIT", exports };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  return folder;
}

test("a package within its budget with a correct manifest has no faults", async (t) => {
  const folder = await packageWith(t, { ".": { types: "./index.d.ts", default: "./web/index.js" } });
  assert.deepEqual(await faultsOfPackage(folder, { "web/index.js": 1000 }), []);
});

test("a file over its budget is reported with both figures", async (t) => {
  const folder = await packageWith(t, { ".": { types: "./index.d.ts", default: "./web/index.js" } });
  const [fault] = await faultsOfPackage(folder, { "web/index.js": 50 });
  assert.match(fault ?? "", /^web\/index\.js has \d+ bytes compressed, and may have 50\.$/);
});

test("types from elsewhere are reported", async (t) => {
  const folder = await packageWith(t, { ".": { types: "./index.d.ts", default: "./web/index.js" } });
  await writeFile(join(folder, "index.d.ts"), 'export { name } from "@elsewhere/types";\n');
  assert.deepEqual(await faultsOfPackage(folder, {}), [
    "index.d.ts imports @elsewhere/types, which is not in the package.",
  ]);
});

test("a manifest that points to a missing file is reported", async (t) => {
  const folder = await packageWith(t, { ".": { default: "./web/index.js", types: "./none.d.ts" } });
  const faults = await faultsOfPackage(folder, {});
  assert.ok(
    faults.some((fault) => fault.includes("none.d.ts")),
    faults.join("\n"),
  );
});
