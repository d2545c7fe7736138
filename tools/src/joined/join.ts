import { basename, dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { type OutputOptions, type Plugin, rolldown } from "rolldown";

/** Tools, and libraries with native parts. They are loaded from their own location by the few files that need them. */
const leftAlone = /^(@napi-rs\/keyring|playwright-core|publint|rolldown|tsdown|typedoc|typescript|vite)(\/|$)/;

export interface JoinOrder {
  /** The repository. */
  root: string;
  /** Files to join, by their path in `root`. Each becomes a file with the same path in `folder`, ending in `.mjs`. */
  entries: readonly string[];
  folder: string;
  /**
   * Programs joined earlier. An entry that asks for the address of one of these sources gets that of the joined
   * program.
   */
  programs?: ReadonlyMap<string, string>;
  /** Puts the files of each package, and each library, into one file, for entries that share most of what they load. */
  isByPackage?: boolean;
  /**
   * Puts all files into `folder` itself, named by the last part of their names, and resolves paths from there, so that
   * the folder can be moved.
   */
  isFlat?: boolean;
  /** Reads each source, except those of libraries. */
  readSource?: (path: string) => string;
}

/**
 * Joins programs and everything they import into a few files, which Node.js loads in a quarter of the time. Paths
 * relative to `import.meta` still lead to the sources.
 */
export async function joinFiles(order: JoinOrder): Promise<void> {
  const { root, entries, folder, isByPackage = false, isFlat = false, readSource } = order;
  if (entries.length === 0) return;
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(entries.map((path) => [withoutEnding(isFlat ? basename(path) : path), join(root, path)])),
    platform: "node",
    external: isFlat ? [/^node:/, leftAlone] : /^node:/,
    plugins: [
      ...(isFlat ? [] : [leavingAlone]),
      keepingPlaces(order),
      ...(readSource === undefined ? [] : [readingBy(readSource)]),
    ],
    logLevel: "silent",
  });
  try {
    await build.write({
      dir: folder,
      format: "esm",
      sourcemap: true,
      keepNames: true,
      entryFileNames: "[name].mjs",
      chunkFileNames: isFlat ? "[name]-[hash].mjs" : "shared/[name]-[hash].mjs",
      ...(isByPackage ? { codeSplitting: splitByPackage(root) } : {}),
    });
  } finally {
    await build.close();
  }
}

const withoutEnding = (path: string): string => path.replace(/\.[jt]s$/, "");

/** Where `joinFiles` puts an entry. */
export const joinedPath = (folder: string, entry: string): string => join(folder, `${withoutEnding(entry)}.mjs`);

const readingBy = (readSource: (path: string) => string): Plugin => ({
  name: "read-sources",
  load: {
    filter: { id: { exclude: /[\\/]node_modules[\\/]|^\0/ } },
    handler: (id) => ({ code: readSource(id), moduleType: id.endsWith(".ts") ? "ts" : "js" }),
  },
});

function splitByPackage(root: string): OutputOptions["codeSplitting"] {
  const nameOf = (id: string): string | null => {
    const library = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
    if (library !== undefined) return library.replace("/", "+");
    const path = relative(root, id);
    return path.endsWith(".test.ts") ? null : (/^(?:packages|apps)\/([^/]+)\/src\//.exec(path)?.[1] ?? null);
  };
  return { includeDependenciesRecursively: false, groups: [{ name: nameOf, debugName: "packages" }] };
}

const leavingAlone: Plugin = {
  name: "leave-alone",
  resolveId: {
    filter: { id: leftAlone },
    async handler(id, importer) {
      const resolved = await this.resolve(id, importer, { skipSelf: true });
      return resolved === null ? null : { id: pathToFileURL(resolved.id).href, external: true };
    },
  },
};

/** Files next to a source, such as workers, stay where they are, as do programs that are not among `programs`. */
function keepingPlaces(order: JoinOrder): Plugin {
  return {
    name: "keep-places",
    transform: {
      filter: { code: /import\.meta\.(url|dirname|filename)|__(dirname|filename)/ },
      // Lines keep their numbers, so the source maps remain valid.
      handler: (code, id) => ({ code: keepPlaces(code, id, order), map: null }),
    },
  };
}

function keepPlaces(code: string, id: string, { folder, programs, isFlat = false }: JoinOrder): string {
  const places = isFlat ? placesFrom(folder, id) : fixedPlaces(id);
  return code.replaceAll(
    /\bnew URL\("([^"]+)", import\.meta\.url\)|\b(?:import\.meta\.(?:url|dirname|filename)|__(?:dirname|filename))\b/g,
    (whole, path?: string) => {
      if (path === undefined) return places[whole] ?? whole;
      const program = programs?.get(join(dirname(id), path));
      if (program === undefined) return `new URL(${JSON.stringify(path)}, ${places["import.meta.url"]})`;
      return isFlat
        ? `new URL(${JSON.stringify(`./${relative(folder, program)}`)}, import.meta.url)`
        : `new URL(${JSON.stringify(pathToFileURL(program).href)})`;
    },
  );
}

const fixedPlaces = (id: string): Record<string, string> => ({
  "import.meta.url": JSON.stringify(pathToFileURL(id).href),
  "import.meta.dirname": JSON.stringify(dirname(id)),
  "import.meta.filename": JSON.stringify(id),
  __dirname: JSON.stringify(dirname(id)),
  __filename: JSON.stringify(id),
});

/** The paths as seen from a joined file in `folder`. */
function placesFrom(folder: string, id: string): Record<string, string> {
  const path = relative(folder, id);
  const file = `(import.meta.dirname + ${JSON.stringify(`/${path}`)})`;
  const above = `(import.meta.dirname + ${JSON.stringify(`/${dirname(path)}`)})`;
  return {
    "import.meta.url": `new URL(${JSON.stringify(path)}, import.meta.url).href`,
    "import.meta.dirname": above,
    "import.meta.filename": file,
    __dirname: above,
    __filename: file,
  };
}
