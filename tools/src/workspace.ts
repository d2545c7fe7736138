import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { scanSource, type ScannedSource } from "./import-scanner.ts";

export interface WorkspacePackage {
  name: string;
  /** Relative to the repository, with `/`. */
  folder: string;
  dependencies: ReadonlySet<string>;
  /** Those that only tests may use. */
  devDependencies: ReadonlySet<string>;
  files: SourceFile[];
}

export interface SourceFile extends ScannedSource {
  /** Relative to the repository, with `/`. */
  path: string;
  isTestCode: boolean;
}

interface Manifest {
  name?: string;
  workspaces?: string[];
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** Every package in the `workspaces` of the repository at `root`, with its sources scanned. */
export function readWorkspace(root: string): WorkspacePackage[] {
  const patterns = readManifest(root).workspaces ?? [];
  return globSync(
    patterns.map((pattern) => `${pattern}/package.json`),
    { cwd: root },
  )
    .map((path) => readPackage(root, withSlashes(path).replace(/\/package\.json$/, "")))
    .toSorted((a, b) => a.folder.localeCompare(b.folder));
}

function readPackage(root: string, folder: string): WorkspacePackage {
  const manifest = readManifest(join(root, folder));
  const paths = globSync("**/*.{ts,tsx,mts,js,mjs}", {
    cwd: join(root, folder),
    exclude: (path) => ["node_modules", "dist"].includes(path),
  });
  return {
    name: manifest.name ?? folder,
    folder,
    dependencies: new Set(
      [manifest.dependencies, manifest.optionalDependencies, manifest.peerDependencies].flatMap((list) =>
        Object.keys(list ?? {}),
      ),
    ),
    devDependencies: new Set(Object.keys(manifest.devDependencies ?? {})),
    files: paths.toSorted().map((path) => readSource(root, folder, withSlashes(path))),
  };
}

function readSource(root: string, folder: string, path: string): SourceFile {
  const source = readFileSync(join(root, folder, path), "utf8");
  return { path: `${folder}/${path}`, isTestCode: isTestCode(path), ...scanSource(source, path) };
}

/** Tests, their helpers (`_names.ts`), and conformance suites. */
function isTestCode(path: string): boolean {
  return /\.test\.m?[jt]sx?$/.test(path) || /^(test|src\/testing)\//.test(path) || /(^|\/)_[^/]*$/.test(path);
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

const withSlashes = (path: string): string => path.replaceAll("\\", "/");
