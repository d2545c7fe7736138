import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { faultsOfTarball, type PackedPackage } from "./check-tarballs.ts";

const right = {
  "index.js": "export const name = 1;\n",
  "index.d.ts": "export declare const name: number;\n",
};
const entryPoint = { types: "./index.d.ts", default: "./index.js" };

/** Packed like npm does it, with everything below `package`. */
function pack(t: TestContext, files: Readonly<Record<string, string>>, exports: object): PackedPackage {
  const base = mkdtempSync(join(tmpdir(), "consigne-tarball-"));
  t.after(() => rmSync(base, { recursive: true }));
  const folder = join(base, "package");
  mkdirSync(folder);
  const manifest = { name: "x", version: "1.0.0", type: "module", license: "MIT", exports };
  for (const [name, text] of Object.entries({ ...files, "package.json": JSON.stringify(manifest) })) {
    writeFileSync(join(folder, name), text);
  }
  const tarball = join(base, "x.tgz");
  const { status } = spawnSync("tar", ["-czf", tarball, "-C", base, "package"]);
  assert.equal(status, 0);
  return { name: "x", folder, tarball };
}

test("a package whose code and types are where its manifest says has no faults", async (t) => {
  assert.deepEqual(await faultsOfTarball(pack(t, right, { ".": entryPoint }), { x: 10_000 }), []);
});

test("a program without an entry point needs no types", async (t) => {
  const files = { "package.json": "", "run.js": "" };
  const packed = pack(t, files, { "./package.json": "./package.json" });
  assert.deepEqual(await faultsOfTarball(packed, { x: 10_000 }), []);
});

test("a package over its size limit is reported with both figures, and one without a limit too", async (t) => {
  const packed = pack(t, right, { ".": entryPoint });
  const [fault = ""] = await faultsOfTarball(packed, { x: 10 });
  assert.match(fault, /^x: It has \d+ bytes packed, and may have 10\.$/);
  assert.deepEqual(await faultsOfTarball(packed, {}), ["x: No bound is set for its size."]);
});

test("types that point nowhere, or are missing, are reported", async (t) => {
  const other = { ...right, "index.d.ts": "export { name } from './name';\n" };
  const [wrong = ""] = await faultsOfTarball(pack(t, other, { ".": entryPoint }), { x: 10_000 });
  assert.match(wrong, /^x: Its types are wrong: /);
  const none = await faultsOfTarball(pack(t, { "index.js": "" }, { ".": "./index.js" }), { x: 10_000 });
  assert.deepEqual(none, ["x: It declares no types."]);
});

test("a manifest that names a missing file is reported", async (t) => {
  const faults = await faultsOfTarball(pack(t, right, { ".": { ...entryPoint, default: "./none.js" } }), { x: 10_000 });
  assert.ok(
    faults.some((fault) => fault.includes("none.js")),
    faults.join("\n"),
  );
});
