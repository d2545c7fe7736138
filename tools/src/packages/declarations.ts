import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "tsdown";
import { repositoryRoot } from "../check-stage.ts";

/** The language features sources may use, by the oldest Node.js they run on. Newer ones do not compile. */
const languages = {
  20: { target: "es2023", lib: ["es2023", "es2024.string", "esnext.disposable"] },
  22: { target: "es2023", lib: ["es2024", "esnext.disposable"] },
  24: {},
};

export interface CompileOrder {
  /** Paths in the repository. */
  files: readonly string[];
  /** A folder in the repository whose layout is kept. */
  rootDir: string;
  outDir: string;
  oldestNode: keyof typeof languages;
  declarationsOnly?: boolean;
  /** The sources of package entry points, by their full paths. */
  paths?: Readonly<Record<string, readonly [string]>>;
}

/** Lets the compiler write JavaScript with declarations, file by file. */
export async function compile(order: CompileOrder): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "consigne-compiling-"));
  try {
    const settings = {
      extends: join(repositoryRoot, "tsconfig.json"),
      compilerOptions: {
        noEmit: false,
        // `npm run check` has already checked these.
        noCheck: order.oldestNode === 24,
        declaration: true,
        emitDeclarationOnly: order.declarationsOnly === true,
        incremental: false,
        tsBuildInfoFile: null,
        rootDir: join(repositoryRoot, order.rootDir),
        outDir: order.outDir,
        typeRoots: [join(repositoryRoot, "node_modules/@types")],
        ...(order.paths === undefined ? {} : { paths: order.paths }),
        ...languages[order.oldestNode],
      },
      files: order.files.map((path) => join(repositoryRoot, path)),
      include: [],
    };
    const project = join(folder, "tsconfig.json");
    await writeFile(project, JSON.stringify(settings));
    const compiler = join(repositoryRoot, "node_modules/.bin/tsc");
    const { status, stdout, error } = spawnSync(compiler, ["-p", project], { encoding: "utf8" });
    if (status !== 0) throw new Error(`${order.rootDir} could not be compiled:\n${stdout}`, { cause: error });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Writes one file of types, `index.d.ts` in `folder`, for a source and everything from the repository that its types
 * use.
 */
export async function joinDeclarations(entry: string, folder: string): Promise<void> {
  const drafts = await mkdtemp(join(tmpdir(), "consigne-types-"));
  try {
    // Given by their paths they are sources like any other, and their declarations are written too.
    const paths = entryPointPaths((source) => join(repositoryRoot, source));
    await compile({ files: [entry], rootDir: ".", outDir: drafts, oldestNode: 24, declarationsOnly: true, paths });
    const tsconfig = join(drafts, "tsconfig.json");
    const compilerOptions = { paths: entryPointPaths((source) => declarationOf(drafts, source)) };
    await writeFile(tsconfig, JSON.stringify({ extends: join(repositoryRoot, "tsconfig.json"), compilerOptions }));
    await build({
      config: false,
      cwd: drafts,
      entry: { index: declarationOf(drafts, entry) },
      outDir: folder,
      format: "esm",
      dts: { dtsInput: true },
      tsconfig,
      clean: false,
      logLevel: "error",
      hash: false,
      outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
      deps: { alwaysBundle: [/^@consigne\//], onlyBundle: [] },
    });
  } finally {
    await rm(drafts, { recursive: true });
  }
}

const declarationOf = (drafts: string, path: string): string => join(drafts, path.replace(/\.ts$/, ".d.ts"));

/** The source of each entry point of every package in the repository. */
function entryPointPaths(at: (source: string) => string): Record<string, [string]> {
  const found = globSync("{packages,apps}/*/package.json", { cwd: repositoryRoot }).flatMap((path) => {
    const { name, exports = {} } = JSON.parse(readFileSync(join(repositoryRoot, path), "utf8")) as SourceManifest;
    return Object.entries(exports).map(([entryPoint, source]): [string, [string]] => [
      `${name}${entryPoint.slice(1)}`,
      [at(join(dirname(path), source))],
    ]);
  });
  return Object.fromEntries(found);
}

interface SourceManifest {
  name: string;
  exports?: Record<string, string>;
}
