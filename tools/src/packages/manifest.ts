import { globSync, readFileSync } from "node:fs";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../check-stage.ts";

export interface PackageFacts {
  /** The folder of its sources, by its path in the repository. */
  source: string;
  description: string;
  /** The range of Node.js it runs on. */
  node: string;
  /** Files and folders in addition to manifest, README and license. */
  files: readonly string[];
  exports?: object;
  bin?: Readonly<Record<string, string>>;
  sideEffects?: false;
  /** Libraries to install with it, in the versions of the repository. */
  dependencies?: readonly string[];
  /** Libraries that it can run without. */
  optionalDependencies?: readonly string[];
}

interface SourceManifest {
  name: string;
  version: string;
  license: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** Writes what every package has in addition to its code: manifest, license, README and changelog. */
export async function describePackage(folder: string, facts: PackageFacts): Promise<void> {
  const manifest = `${JSON.stringify(manifestOf(facts), undefined, 2)}\n`;
  await writeFile(join(folder, "package.json"), manifest);
  await copyFile(join(repositoryRoot, "LICENSE"), join(folder, "LICENSE"));
  for (const name of ["README.md", "CHANGELOG.md"]) {
    await copyFile(join(repositoryRoot, facts.source, name), join(folder, name));
  }
}

function manifestOf(facts: PackageFacts): object {
  const { name, version, license } = readManifest(join(repositoryRoot, facts.source, "package.json"));
  const { description, bin, sideEffects, exports, files } = facts;
  return {
    name,
    version,
    description,
    license,
    type: "module",
    engines: { node: facts.node },
    ...(sideEffects === undefined ? {} : { sideEffects }),
    ...(bin === undefined ? {} : { bin }),
    exports: { ...exports, "./package.json": "./package.json" },
    files: [...files, "CHANGELOG.md"],
    ...versionsOf("dependencies", facts.dependencies),
    ...versionsOf("optionalDependencies", facts.optionalDependencies),
    publishConfig: { access: "public" },
  };
}

function versionsOf(field: string, libraries: readonly string[] = []): object {
  if (libraries.length === 0) return {};
  const known = knownVersions();
  const versions = libraries.toSorted().map((library) => {
    const version = known.get(library);
    if (version === undefined) throw new Error(`No package.json of the repository names a version of ${library}.`);
    return [library, version];
  });
  return { [field]: Object.fromEntries(versions) as object };
}

/**
 * Every library that a package of the repository depends on. The lock file ensures that there is one version of each.
 */
function knownVersions(): Map<string, string> {
  const manifests = globSync("{packages,apps}/*/package.json", { cwd: repositoryRoot });
  const entries = manifests.flatMap((path) => {
    const { dependencies, optionalDependencies } = readManifest(join(repositoryRoot, path));
    return Object.entries({ ...dependencies, ...optionalDependencies });
  });
  return new Map(entries);
}

const readManifest = (path: string): SourceManifest => JSON.parse(readFileSync(path, "utf8")) as SourceManifest;
