import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type InlineConfig } from "tsdown";
import { declareInto } from "./declare-into.ts";

const root = join(import.meta.dirname, "..");
const repository = join(root, "../..");

/**
 * Builds the package as it is published into an empty or new folder: a bundle for Node and similar runtimes, one for
 * browsers, types for both, and a manifest without dependencies.
 * @throws {Error} if the folder is not empty; it is left unchanged
 */
export async function buildPackage(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new Error(`${folder} is not empty; name another, or empty it.`);
  await build({ ...bundle(join(folder, "node")), platform: "node" });
  await build({ ...bundle(join(folder, "web")), platform: "browser" });
  await buildTypes(folder);
  await writeFile(join(folder, "package.json"), `${JSON.stringify(await manifest(), undefined, 2)}\n`);
  await copyFile(join(repository, "LICENSE"), join(folder, "LICENSE"));
  for (const name of ["README.md", "CHANGELOG.md"]) await copyFile(join(root, name), join(folder, name));
}

async function buildTypes(folder: string): Promise<void> {
  const drafts = await mkdtemp(join(tmpdir(), "consigne-types-"));
  try {
    const { entry, tsconfig } = await declareInto(drafts);
    await build({ ...bundle(folder), entry: { index: entry }, tsconfig, dts: { dtsInput: true } });
  } finally {
    await rm(drafts, { recursive: true });
  }
}

const bundle = (outDir: string): InlineConfig => ({
  config: false,
  cwd: root,
  entry: { index: "src/index.ts" },
  outDir,
  format: "esm",
  target: "es2023",
  dts: false,
  clean: false,
  logLevel: "error",
  // The file names stay the same from one build to the next.
  hash: false,
  outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
  deps: { alwaysBundle: [/^@consigne\//], onlyBundle: [] },
});

async function manifest(): Promise<object> {
  const { name, version, license, type } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Manifest;
  return {
    name,
    version,
    description: "Client of 1fichier.com and of Consigne: files, folders, uploads and downloads, paced and resumed",
    license,
    type,
    engines: { node: ">=20.3" },
    sideEffects: false,
    exports: {
      ".": { types: "./index.d.ts", node: "./node/index.js", default: "./web/index.js" },
      "./package.json": "./package.json",
    },
    files: ["node", "web", "index.d.ts", "CHANGELOG.md"],
  };
}

type Manifest = Readonly<Record<"name" | "version" | "license" | "type", string>>;
