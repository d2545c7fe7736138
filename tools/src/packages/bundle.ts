import { isBuiltin } from "node:module";
import { basename, join, relative } from "node:path";
import { type OutputChunk, type Plugin, rolldown } from "rolldown";
import { repositoryRoot } from "../check-stage.ts";

export interface BundleOrder {
  /** Names of files in `folder` without their extension, and their entry sources, by their paths in the repository. */
  entries: Readonly<Record<string, string>>;
  folder: string;
  /** Whether a library is installed next to the package. Others become part of the bundle. */
  isInstalled: (library: string) => boolean;
  /** Sources that already exist elsewhere, by their paths in the repository, and how the bundle imports them. */
  elsewhere?: Readonly<Record<string, string>>;
  /**
   * Makes a script without modules from its one entry, including everything it loads late, for an executable that
   * contains it (`node:sea`). It can only name assets of that executable: `package.json`, and these, by their names
   * without an extension.
   */
  assets?: readonly string[];
  /** The oldest Node.js that runs it, 24 by default. */
  oldestNode?: 22 | 24;
}

export interface Bundle {
  /** Its imports that are neither included nor part of Node.js. */
  installed: ReadonlySet<string>;
  /** Library files that are included. */
  joined: ReadonlySet<string>;
}

/** The package in an import specifier. `#name` belongs to the importing package itself. */
const libraryOf = /^(@[^/]+\/[^/]+|[^@#/.][^/]*)/;

/** Bundles sources with everything from the repository they import. Files named with `import.meta` must be entries. */
export async function bundle(order: BundleOrder): Promise<Bundle> {
  const build = await rolldown({
    cwd: repositoryRoot,
    input: Object.fromEntries(Object.entries(order.entries).map(([name, path]) => [name, join(repositoryRoot, path)])),
    platform: "node",
    external: (id) => isBuiltin(id) || isLibraryLeft(id, order),
    transform: { target: `node${order.oldestNode ?? 24}` },
    plugins: [findingElsewhere(order.elsewhere ?? {}), namingPlaces(order)],
    logLevel: "silent",
  });
  try {
    const { output } = await build.write({
      dir: order.folder,
      keepNames: true,
      chunkFileNames: "[name]-[hash].js",
      ...(order.assets === undefined
        ? { format: "esm", entryFileNames: "[name].js" }
        : { format: "cjs", entryFileNames: "[name].cjs", codeSplitting: false }),
    });
    return describe(output.filter((each) => each.type === "chunk"));
  } finally {
    await build.close();
  }
}

function isLibraryLeft(id: string, order: BundleOrder): boolean {
  const library = libraryOf.exec(id)?.[0];
  return library !== undefined && !library.startsWith("@consigne/") && order.isInstalled(library);
}

function describe(chunks: readonly OutputChunk[]): Bundle {
  const own = new Set(chunks.map((chunk) => chunk.fileName));
  const outside = chunks
    .flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports])
    .filter((id) => !own.has(id) && !isBuiltin(id) && !id.startsWith("."));
  return {
    installed: new Set(outside.map((id) => libraryOf.exec(id)?.[0] ?? id)),
    joined: new Set(chunks.flatMap((chunk) => chunk.moduleIds).filter((id) => id.includes("/node_modules/"))),
  };
}

const findingElsewhere = (elsewhere: Readonly<Record<string, string>>): Plugin => ({
  name: "find-elsewhere",
  async resolveId(id, importer) {
    if (Object.keys(elsewhere).length === 0 || importer === undefined || !id.startsWith(".")) return null;
    const resolved = await this.resolve(id, importer, { skipSelf: true });
    const found = resolved === null ? undefined : elsewhere[relative(repositoryRoot, resolved.id)];
    return found === undefined ? null : { id: found, external: true };
  },
});

/**
 * Bundles are in one folder of a package. Its manifest and the console are next to that folder. Commands that a program
 * suggests are typed without `npx` where it is installed.
 */
const namingPlaces = (order: BundleOrder): Plugin => ({
  name: "name-places",
  transform: {
    filter: {
      id: { exclude: /[\\/]node_modules[\\/]/ },
      code: /import\.meta\.(?:url|dirname)|npx --no-install|^process\.exitCode = await /m,
    },
    handler: (code, id) => {
      const inside = order.assets === undefined ? code : nameAssets(code, order.assets);
      return { code: namePlaces(inside, relative(repositoryRoot, id), order), map: null };
    },
  },
});

function namePlaces(code: string, path: string, { entries }: BundleOrder): string {
  return code
    .replaceAll(/\bnew URL\("([^"]+)", import\.meta\.url\)/g, (_, named: string) => {
      const found = named.endsWith("/package.json") ? "../package.json" : fileOf(named, entries);
      if (found === undefined) throw new Error(`${path} names ${named}, which is not in the package.`);
      return `new URL(${JSON.stringify(found)}, import.meta.url)`;
    })
    .replace('join(import.meta.dirname, "../dist")', 'join(import.meta.dirname, "../console")')
    .replaceAll("npx --no-install consigne", "consigne");
}

/** Scripts without modules cannot use top-level await. */
function nameAssets(code: string, assets: readonly string[]): string {
  const asset = 'process.getBuiltinModule("node:sea").';
  return code
    .replaceAll(/\breadFileSync\(new URL\("[./]+\/package\.json", import\.meta\.url\), "utf8"\)/g, () => {
      return `${asset}getAsset("package.json", "utf8")`;
    })
    .replaceAll(/\bnew Worker\(new URL\("\.\/([\w-]+)\.ts", import\.meta\.url\)/g, (whole, name: string) => {
      if (!assets.includes(name)) return whole;
      const bytes = `Buffer.from(${asset}getRawAsset("${name}")).toString("base64")`;
      return `new Worker(new URL("data:text/javascript;base64," + ${bytes})`;
    })
    .replace(/^process\.exitCode = await (main\([^]*\));\n$/m, "void $1.then((code) => (process.exitCode = code));\n");
}

function fileOf(named: string, entries: BundleOrder["entries"]): string | undefined {
  const [name] = Object.entries(entries).find(([, path]) => basename(path) === basename(named)) ?? [];
  return name === undefined ? undefined : `./${name}.js`;
}
