import { chmod, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { builtFolder } from "./built-folder.ts";
import { stateOfSources } from "./state-of-sources.ts";

const STATE_FILE = "state-of-sources";

export function isUpToDate(state: string): Promise<boolean> {
  return readFile(join(builtFolder, STATE_FILE), "utf8").then(
    (built) => built === state,
    () => false,
  );
}

/**
 * Builds into a folder next to `target` and moves it there at the end. A running server always finds a complete
 * console, and a failed build keeps the previous one.
 */
export async function buildConsole(target = builtFolder): Promise<void> {
  const state = stateOfSources();
  // Loaded only when something is built.
  const { build } = await import("vite");
  const { buildSettings } = await import("./vite-settings.ts");
  const temporary = await mkdtemp(`${target}-`);
  try {
    await build(buildSettings(temporary));
    await compressAssets(join(temporary, "assets"));
    await writeFile(join(temporary, STATE_FILE), state);
    // A server may run as another user.
    await chmod(temporary, 0o755);
    await rm(target, { recursive: true, force: true });
    await rename(temporary, target);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Builds the console if it is missing or older than its sources. */
export async function buildStaleConsole(): Promise<void> {
  if (!(await isUpToDate(stateOfSources()))) await buildConsole();
}

/** Compresses the files once, with the highest level, instead of for each answer. */
async function compressAssets(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/\.(?:js|css)$/.test(name)) continue;
    const bytes = await readFile(join(folder, name));
    const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
    await writeFile(join(folder, `${name}.br`), await promisify(brotliCompress)(bytes, options));
    await writeFile(join(folder, `${name}.gz`), await promisify(gzip)(bytes, { level: 9 }));
  }
}
