import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { type OutputOptions, type Plugin, rolldown } from "rolldown";

/** Tools, and libraries with native parts: loaded from where they are, by those few files that need them. */
const leftAlone = /^(@napi-rs\/keyring|playwright-core|publint|rolldown|tsdown|typedoc|typescript|vite)(\/|$)/;

export interface JoinOrder {
  /** The repository. */
  root: string;
  /** Files in it, by their path in `root`. Each becomes a file of that path in `folder`, ending in `.mjs`. */
  entries: readonly string[];
  folder: string;
  /** Joined before: where an entry asks for the address of one of these sources, it gets that of the joined program. */
  programs?: ReadonlyMap<string, string>;
  /** Puts every file of a package, and every library, in one file each: for entries that share most of what they load. */
  isByPackage?: boolean;
}

/**
 * Joins programs with all they import into a few files, which Node.js loads in a quarter of the time. What they name by
 * `import.meta` is found where the sources are.
 */
export async function joinFiles(order: JoinOrder): Promise<void> {
  const { root, entries, folder, programs = new Map<string, string>(), isByPackage = false } = order;
  if (entries.length === 0) return;
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(entries.map((path) => [withoutEnding(path), join(root, path)])),
    platform: "node",
    external: /^node:/,
    plugins: [leavingAlone, keepingPlaces(programs)],
    logLevel: "silent",
  });
  try {
    await build.write({
      dir: folder,
      format: "esm",
      sourcemap: true,
      keepNames: true,
      entryFileNames: "[name].mjs",
      chunkFileNames: "shared/[name]-[hash].mjs",
      ...(isByPackage ? { codeSplitting: splitByPackage(root) } : {}),
    });
  } finally {
    await build.close();
  }
}

/** Where `joinFiles` puts an entry. */
export const joinedPath = (folder: string, entry: string): string => join(folder, `${withoutEnding(entry)}.mjs`);

const withoutEnding = (path: string): string => path.replace(/\.[jt]s$/, "");

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

/** Files beside a source, such as those of workers, stay where they are; so do programs that are not among `programs`. */
function keepingPlaces(programs: ReadonlyMap<string, string>): Plugin {
  return {
    name: "keep-places",
    transform: {
      filter: { code: /import\.meta\.(url|dirname|filename)|__(dirname|filename)/ },
      // Lines stay as they are, so the maps of the sources hold.
      handler: (code, id) => ({ code: keepPlaces(code, id, programs), map: null }),
    },
  };
}

function keepPlaces(code: string, id: string, programs: ReadonlyMap<string, string>): string {
  const places: Record<string, string> = {
    "import.meta.url": pathToFileURL(id).href,
    "import.meta.dirname": dirname(id),
    "import.meta.filename": id,
    __dirname: dirname(id),
    __filename: id,
  };
  return code
    .replaceAll(/\bnew URL\("([^"]+)", import\.meta\.url\)/g, (whole, path: string) => {
      const program = programs.get(join(dirname(id), path));
      return program === undefined ? whole : `new URL(${JSON.stringify(pathToFileURL(program).href)})`;
    })
    .replaceAll(/\b(import\.meta\.(url|dirname|filename)|__(dirname|filename))\b/g, (name) =>
      JSON.stringify(places[name]),
    );
}
