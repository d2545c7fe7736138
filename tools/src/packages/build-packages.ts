import { chmod, cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildConsole } from "@consigne/console/build";
import { buildPackage as buildSdk } from "@consigne/sdk/build";
import { bundle, type BundleOrder } from "./bundle.ts";
import { compile, joinDeclarations } from "./declarations.ts";
import { describePackage, type PackageFacts } from "./manifest.ts";
import { thirdPartyNotices } from "./third-party.ts";

/** Libraries with native parts. They are optional and never bundled. */
const native = new Set(["@napi-rs/keyring", "sharp"]);
const hashing = { "whirlpool-worker": "packages/hashing/src/whirlpool-worker.ts" };
/** What a server starts next to its main thread. */
const besideServer = {
  ...hashing,
  "checkpoint-worker": "packages/db/src/sqlite/checkpoint-worker.ts",
  "pack-worker": "packages/blobs-fs/src/pack/pack-worker.ts",
  "picture-child": "packages/thumbnails/src/picture-child.ts",
};
/** The Node.js version the programs need, see `OLDEST_NODE` in the launcher. */
const node = ">=24.15";

const main = { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } };

export interface BuildOptions {
  /** A console built earlier, to use instead of building one. */
  consoleFolder?: string | undefined;
}

/** The published packages, each as `@consigne/NAME`. */
const builders = {
  contract: buildContract,
  whirlpool: buildWhirlpool,
  sdk: buildSdk,
  testkit: buildTestkit,
  cli: buildCli,
  server: buildServer,
} satisfies Record<string, (folder: string, options: BuildOptions) => Promise<void>>;

/**
 * Builds each package as it is published, into a subfolder of `folder` with its name.
 * @throws {Error} if the folder is not empty; it is left unchanged
 */
export async function buildPackages(folder: string, options: BuildOptions = {}): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new Error(`${folder} is not empty; name another, or empty it.`);
  for (const [name, build] of Object.entries(builders)) {
    await mkdir(join(folder, name));
    await build(join(folder, name), options);
  }
}

/** The contract's types are derived from its schemas, so the schema library is included. */
async function buildContract(folder: string): Promise<void> {
  await buildModules(folder, {
    oldestNode: 22,
    source: "packages/contract",
    description: "The 1fichier.com API as data: every call with its schemas, errors and types",
    dependencies: ["typebox"],
  });
}

async function buildWhirlpool(folder: string): Promise<void> {
  await buildModules(folder, {
    oldestNode: 20,
    source: "packages/whirlpool",
    description: "The Whirlpool checksum by WebAssembly vector instructions, for Node.js and browsers",
  });
}

async function buildModules(
  folder: string,
  { oldestNode, ...facts }: Pick<PackageFacts, "source" | "description" | "dependencies"> & { oldestNode: 20 | 22 },
): Promise<void> {
  const rootDir = `${facts.source}/src`;
  await compile({ files: [`${rootDir}/index.ts`], rootDir, outDir: join(folder, "dist"), oldestNode });
  await describePackage(folder, {
    ...facts,
    node: `>=${oldestNode}`,
    sideEffects: false,
    exports: main,
    files: ["dist"],
  });
}

/** The server is included, so a test needs no other package that could have another version. */
async function buildTestkit(folder: string): Promise<void> {
  const installed = await bundleInto(folder, {
    entries: { index: "packages/testkit/src/index.ts", ...besideServer },
    isInstalled: () => true,
  });
  await joinDeclarations("packages/testkit/src/index.ts", join(folder, "dist"));
  await describePackage(folder, {
    source: "packages/testkit",
    description: "A whole Consigne server inside a test: seeded files, limits, time and broken connections on order",
    node,
    exports: main,
    files: ["dist"],
    ...installed,
  });
}

async function buildServer(folder: string, { consoleFolder }: BuildOptions): Promise<void> {
  const installed = await bundleInto(folder, {
    entries: { bin: "apps/server/src/bin.ts", ...besideServer },
    isInstalled: () => true,
  });
  await buildStarter(folder, "consigne-server", "apps/server/bin/consigne-server.js", "apps/server/src/bin.ts");
  if (consoleFolder === undefined) await buildConsole(join(folder, "console"));
  else await cp(consoleFolder, join(folder, "console"), { recursive: true });
  await describePackage(folder, {
    source: "apps/server",
    description: "A file-hosting service of one's own that speaks the 1fichier.com API, with a console in the browser",
    node,
    bin: { "consigne-server": "bin/consigne-server.js" },
    files: ["bin", "dist", "console/index.html", "console/assets", "console/licenses.md"],
    ...installed,
  });
}

/** Libraries in plain JavaScript are included, so it starts in a third of the time. */
async function buildCli(folder: string): Promise<void> {
  const installed = await bundleInto(folder, {
    entries: { bin: "apps/cli/src/bin.ts", ...hashing },
    isInstalled: (library) => native.has(library),
  });
  await buildStarter(folder, "consigne", "apps/cli/bin/packed.js", "apps/cli/src/bin.ts");
  await describePackage(folder, {
    source: "apps/cli",
    description: "Command line for 1fichier.com and Consigne: put, get, sync, links, and a proxy for other programs",
    node,
    bin: { consigne: "bin/consigne.js" },
    files: ["bin", "dist", "THIRD-PARTY-LICENSES.txt"],
    ...installed,
  });
}

/** @returns the libraries to install next to the bundle */
async function bundleInto(folder: string, order: Omit<BundleOrder, "folder">) {
  const { installed, joined } = await bundle({ ...order, folder: join(folder, "dist") });
  if (joined.size > 0) await writeFile(join(folder, "THIRD-PARTY-LICENSES.txt"), thirdPartyNotices(joined));
  return {
    dependencies: [...installed].filter((library) => !native.has(library)),
    optionalDependencies: [...installed].filter((library) => native.has(library)),
  };
}

/** A file that every Node.js can read, if only to say that it is too old. */
async function buildStarter(folder: string, name: string, source: string, program: string): Promise<void> {
  const bin = join(folder, "bin");
  await bundle({
    entries: { [name]: source },
    folder: bin,
    isInstalled: () => false,
    elsewhere: { [program]: "../dist/bin.js" },
  });
  await chmod(join(bin, `${name}.js`), 0o755);
}
