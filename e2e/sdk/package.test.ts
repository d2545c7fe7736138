import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { startTestServer } from "@consigne/testkit";
import { InstalledSdk } from "./_installed-sdk.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const IMPORT = /\b(?:from|import)\s*\(?\s*["']([^"'\n]+)["']/g;

const types = ["--types", "node", "--typeRoots", join(repository, "node_modules/@types")];
const withNode = ["--lib", "es2024,esnext.disposable,esnext.collection", ...types];

const stranger = `import { createClient, fromBytes, isNotFoundError, type FileEntry, type UploadedFile } from "@consigne/sdk";

const client = createClient({ url: "http://127.0.0.1:1", apiKey: "key", pacing: { callsPerSecond: 1 } });
export const sent: Promise<UploadedFile> = client.uploads.sendOne(fromBytes("hello", { name: "hello.txt" }));
export const listed: Promise<FileEntry[]> = client.files.list(0);
export const names = client.call("fileLs", { folder_id: 0 }).then(({ items }) => items.map((item) => item.filename));
export const first: Promise<string | undefined> = names.then((all) => all[0]?.toUpperCase());
export const sizeOf = (error: unknown): number => (isNotFoundError(error) ? error.message.length : 0);
// @ts-expect-error a folder's id is a number
void client.call("fileLs", { folder_id: "root" });
// @ts-expect-error there is no such call
void client.call("fileLost", {});
`;

/** The contract's own types are derived from its schemas, those of the package are written out. */
const sameTypes = `import type * as packed from "@consigne/sdk";
import type * as source from "${join(repository, "packages/sdk/src/index.ts")}";

type Name = Parameters<source.Client["call"]>[0];
declare const theirs: { [Each in Name]: [packed.CallRequest<Each>, packed.CallAnswer<Each>] };
declare const ours: { [Each in Name]: [source.CallRequest<Each>, source.CallAnswer<Each>] };
export const there: typeof theirs = ours;
export const back: typeof ours = theirs;
export const names: Name = "fileLs" as Parameters<packed.Client["call"]>[0];
`;

describe("the SDK package", () => {
  let base: string;
  let sdk: InstalledSdk;
  before(async () => {
    base = await mkdtemp(join(tmpdir(), "consigne-package-"));
    sdk = await InstalledSdk.install(base);
  });
  after(() => rm(base, { recursive: true, force: true }));

  it("uploads, lists and downloads with nothing else installed", async () => {
    await using server = await startTestServer();
    await sdk.proveIn(process.execPath, [], server);
    assert.deepEqual(await readdir(join(sdk.folder, "node_modules/@consigne")), ["sdk"]);
  });

  it("imports only Node's own modules, and none at all in browsers", async () => {
    const wanted = await importsOf(sdk.packageFolder);
    assert.deepEqual([...wanted.keys()].toSorted(), ["node", "web"]);
    assert.ok(wanted.get("node")?.has("node:crypto"));
    for (const specifier of wanted.get("node") ?? []) assert.match(specifier, /^node:/);
    assert.deepEqual([...(wanted.get("web") ?? [])], []);
  });

  it("lets a bundler drop what a page does not use", async () => {
    const entry = 'import { isNotFoundError } from "@consigne/sdk";\nconsole.log(isNotFoundError(1));\n';
    await writeFile(join(sdk.folder, "page.mjs"), entry);
    const rolldown = join(repository, "node_modules/.bin/rolldown");
    const args = ["page.mjs", "--platform", "browser", "--file", "page.out.mjs"];
    const { status, stderr } = spawnSync(rolldown, args, { cwd: sdk.folder, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const bundled = await readFile(join(sdk.folder, "page.out.mjs"), "utf8");
    let wholeLength = 0;
    for (const name of await readdir(join(sdk.packageFolder, "web")))
      if (name.endsWith(".js")) wholeLength += (await readFile(join(sdk.packageFolder, "web", name), "utf8")).length;
    assert.ok(
      bundled.includes("NotFoundError") && bundled.length < wholeLength / 10,
      `${bundled.length} of ${wholeLength}`,
    );
  });

  it("can be installed by anybody, and has no dependencies", async () => {
    const manifest = JSON.parse(await readFile(join(sdk.packageFolder, "package.json"), "utf8")) as object;
    assert.deepEqual(
      Object.keys(manifest).filter((key) => /private|dependencies|scripts|repository/i.test(key)),
      [],
    );
    const { license, sideEffects, engines } = manifest as Record<string, unknown>;
    assert.deepEqual([license, sideEffects, engines], ["MIT", false, { node: ">=20.3" }]);
    const files = await readdir(sdk.packageFolder);
    for (const wanted of ["LICENSE", "README.md"]) assert.ok(files.includes(wanted), wanted);
  });

  it("has types that pass without skipLibCheck, for Node and for browsers", async () => {
    await writeFile(join(sdk.folder, "stranger.ts"), stranger);
    await writeFile(join(sdk.folder, "example.ts"), await exampleOf(sdk.packageFolder));
    const surroundings = [["--lib", "es2024,dom,dom.iterable,dom.asynciterable", "--types", ""], withNode];
    for (const around of surroundings) compile("stranger.ts", ["--skipLibCheck", "false", ...around]);
    compile("example.ts", withNode);
  });

  it("declares the wire calls as the contract does", async () => {
    await writeFile(join(sdk.folder, "same-types.ts"), sameTypes);
    compile("same-types.ts", ["--allowImportingTsExtensions", "--skipLibCheck", ...withNode]);
  });

  function compile(file: string, options: readonly string[]): void {
    const strict = ["--noEmit", "--strict", "--target", "es2024", "--module", "nodenext", "--ignoreConfig"];
    const tsc = join(repository, "node_modules/.bin/tsc");
    const { status, stdout } = spawnSync(tsc, [...strict, ...options, file], { cwd: sdk.folder, encoding: "utf8" });
    assert.equal(status, 0, stdout);
  }
});

/** The example program in the package's description. */
async function exampleOf(folder: string): Promise<string> {
  const [, example] = /```js\n(.*?)```/s.exec(await readFile(join(folder, "README.md"), "utf8")) ?? [];
  assert.ok(example);
  return example;
}

/** What each bundle imports besides its own files. */
async function importsOf(folder: string): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".js"));
  for (const file of files) {
    const text = await readFile(join(folder, file), "utf8");
    const outside = found.get(dirname(file)) ?? new Set();
    for (const [, specifier = ""] of text.matchAll(IMPORT)) {
      if (!specifier.startsWith(".")) outside.add(specifier);
      else assert.ok(files.includes(relative(folder, join(folder, dirname(file), specifier))), `${file}: ${specifier}`);
    }
    found.set(dirname(file), outside);
  }
  return found;
}
