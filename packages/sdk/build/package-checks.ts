import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/** The maximum compressed size of each file, in bytes. */
export type SizeBudget = Readonly<Record<string, number>>;

/**
 * A page that uses the SDK loads the browser bundle before it does anything. The limit is ten percent above the current
 * size. Raise it only for a good reason.
 */
const sizeBudget: SizeBudget = {
  "web/index.js": 60_000,
  "node/index.js": 62_000,
  "index.d.ts": 57_000,
};

/** Reports what is wrong with a package built into a folder, one line each. */
export async function faultsOfPackage(folder: string, budget: SizeBudget = sizeBudget): Promise<string[]> {
  const faults = [faultsOfManifest(folder), faultsOfImports(folder), faultsOfSize(folder, budget)];
  return (await Promise.all(faults)).flat();
}

/** Types imported from elsewhere would be missing where the package is installed. */
async function faultsOfImports(folder: string): Promise<string[]> {
  const types = await readFile(join(folder, "index.d.ts"), "utf8");
  return [...types.matchAll(/\bfrom "([^"]+)"/g)]
    .filter(([, specifier = ""]) => !specifier.startsWith("node:"))
    .map(([, specifier]) => `index.d.ts imports ${specifier}, which is not in the package.`);
}

async function faultsOfManifest(folder: string): Promise<string[]> {
  const { messages, pkg } = await publint({ pkgDir: folder, strict: true, pack: false });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

async function faultsOfSize(folder: string, budget: SizeBudget): Promise<string[]> {
  const compress = promisify(gzip);
  const measured = Object.entries(budget).map(async ([file, mostBytes]) => {
    const { length } = await compress(await readFile(join(folder, file)));
    return length <= mostBytes ? [] : [`${file} has ${length} bytes compressed, and may have ${mostBytes}.`];
  });
  return (await Promise.all(measured)).flat();
}
