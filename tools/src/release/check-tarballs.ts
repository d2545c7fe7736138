import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

export interface PackedPackage {
  /** Without `@consigne/`. */
  name: string;
  /** The packed folder. */
  folder: string;
  tarball: string;
}

/** Everything is an ES module, so `require` and resolution without `exports` are not supported. */
const otherResolutions = new Set(["node10", "node16-cjs"]);
/** The maximum size of each tarball in bytes, ten percent above its current size. Raise it only for a good reason. */
const mostBytes: Readonly<Record<string, number>> = {
  cli: 500_000,
  contract: 110_000,
  sdk: 270_000,
  server: 2_030_000,
  testkit: 840_000,
  whirlpool: 12_000,
};

/** Reports what is wrong with a package, one line each. */
export async function faultsOfTarball(
  packed: PackedPackage,
  budget: Readonly<Record<string, number>> = mostBytes,
): Promise<string[]> {
  const faults = [faultsOfManifest(packed.folder), faultsOfTypes(packed), faultsOfSize(packed, budget)];
  return (await Promise.all(faults)).flat().map((fault) => `${packed.name}: ${fault}`);
}

async function faultsOfManifest(folder: string): Promise<string[]> {
  const { messages, pkg } = await publint({ pkgDir: folder, strict: true, pack: false });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

/** Programs have no entry points, and so no types. */
async function faultsOfTypes({ folder, tarball }: PackedPackage): Promise<string[]> {
  const { exports } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { exports: object };
  if (!("." in exports)) return [];
  const analysis = await checkPackage(createPackageFromTarballData(await readFile(tarball)));
  if (analysis.types === false) return ["It declares no types."];
  return analysis.problems
    .filter((problem) => !("resolutionKind" in problem && otherResolutions.has(problem.resolutionKind)))
    .map((problem) => `Its types are wrong: ${JSON.stringify(problem)}`);
}

async function faultsOfSize({ name, tarball }: PackedPackage, budget: typeof mostBytes): Promise<string[]> {
  const { size } = await stat(tarball);
  const most = budget[name];
  if (most === undefined) return ["No bound is set for its size."];
  return size <= most ? [] : [`It has ${size} bytes packed, and may have ${most}.`];
}
