import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildConsole, isUpToDate } from "./build-console.ts";
import { builtFolder } from "./built-folder.ts";
import { stateOfSources } from "./state-of-sources.ts";

/** Limit for the compressed JavaScript that is loaded before the page can be used. */
const MOST_BYTES = 240 * 1024;

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
}

/** Checks the console's types and the size of the first load. */
async function main(): Promise<void> {
  checkTypes();
  if (await isUpToDate(stateOfSources())) return await checkFirstLoad(builtFolder);
  const parent = await mkdtemp(join(tmpdir(), "consigne-console-"));
  try {
    await buildConsole(join(parent, "dist"));
    await checkFirstLoad(join(parent, "dist"));
  } finally {
    await rm(parent, { recursive: true });
  }
}

function checkTypes(): void {
  const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  const { status } = spawnSync(process.execPath, [compiler, "-p", join(import.meta.dirname, "..")], {
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
}

/** Uses gzip, the smallest encoding browsers accept over plain http, as in a home network. */
async function checkFirstLoad(folder: string): Promise<void> {
  const chunks = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as Record<string, Chunk>;
  const entry = Object.keys(chunks).find((key) => chunks[key]?.isEntry === true);
  const languages = Object.keys(chunks).filter((key) => /\/texts\/\w+\.ts$/.test(key));
  if (entry === undefined || languages.length < 2) throw new Error("The build tells neither its entry nor its texts.");
  // One of the languages is loaded with the page.
  const sizes = await Promise.all(languages.map((language) => sizeOf(folder, chunks, [entry, language])));
  const bytes = Math.max(...sizes);
  process.stdout.write(
    `first load: ${(bytes / 1024).toFixed(1)} KiB of compressed JavaScript, ${MOST_BYTES / 1024} allowed\n`,
  );
  if (bytes > MOST_BYTES) process.exitCode = 1;
}

async function sizeOf(folder: string, chunks: Record<string, Chunk>, begin: readonly string[]): Promise<number> {
  const loaded = new Set(begin);
  // The loop also visits keys that are added while it runs.
  for (const key of loaded) for (const each of chunks[key]?.imports ?? []) loaded.add(each);
  const sizes = [...loaded].map(async (key) => (await stat(join(folder, `${chunks[key]?.file}.gz`))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

await main();
