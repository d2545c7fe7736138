import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { chmod, mkdtemp, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { compiledFolder } from "@consigne/launcher/joined";
import { joinedPath, joinFiles } from "./join.ts";

const DAY_MS = 24 * 3_600_000;
/** Files beside those of a program that say what it is made of. */
const alsoMadeOf = ["package-lock.json", "tools/src/joined/join.ts", "tools/src/joined/make-program.ts"];
/** Threads that a program starts, by their paths in the repository. */
const workers = ["packages/hashing/src/whirlpool-worker.ts"];

/**
 * Makes the joined program of a package, `src/bin.ts` with all it imports, in a folder of `dist` of its own, and has
 * `made.json` there name it at the end: who starts it meanwhile has the one before. `packages/launcher/src/joined.js` reads
 * what is written here.
 * @param folder that of the package
 */
export async function makeProgram(folder: string): Promise<void> {
  const root = join(folder, "../..");
  const dist = join(folder, "dist");
  const sources = new Sources(root);
  for (const path of [...alsoMadeOf, ...manifestsOf(root)]) sources.read(join(root, path));
  const entry = relative(root, join(folder, "src/bin.ts"));
  const threads = workers.filter((path) => existsSync(join(root, path)));
  const made = await mkdtemp(join(dist, "joined-"));
  try {
    await joinFiles({
      root,
      entries: [entry, ...threads],
      folder: made,
      programs: new Map(threads.map((path) => [join(root, path), joinedPath(made, basename(path))])),
      isFlat: true,
      readSource: (path) => sources.read(path),
    });
    await writeFile(join(made, "digests.json"), JSON.stringify(sources.digests()));
    await flushFiles(made);
    // Whoever made it, everybody may start it.
    await chmod(made, 0o755);
    const program = relative(dist, joinedPath(made, basename(entry)));
    const record = { program, parts: await partsIn(made), files: sources.stamps() };
    await writeFile(join(made, "made.json"), JSON.stringify(record), { flush: true });
    await rename(join(made, "made.json"), join(dist, "made.json"));
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw error;
  }
  await removeOld(dist, (name) => name.startsWith("joined-") && name !== basename(made), DAY_MS);
  await removeOldCompiled();
}

/** What a program was made of, as it was before it was read: a change since then is seen at the next start. */
class Sources {
  readonly #root: string;
  readonly #stamps = new Map<string, readonly [sizeBytes: number, modifiedAtMs: number, changedAtMs: number]>();
  readonly #digests = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
  }

  read(file: string): string {
    const { size, mtimeMs, ctimeMs } = statSync(file);
    const bytes = readFileSync(file);
    const path = relative(this.#root, file);
    this.#stamps.set(path, [size, mtimeMs, ctimeMs]);
    this.#digests.set(path, createHash("sha256").update(bytes).digest("base64url"));
    return bytes.toString("utf8");
  }

  stamps(): (readonly [path: string, ...number[]])[] {
    return [...this.#stamps].map(([path, stamp]) => [path, ...stamp]);
  }

  digests(): Record<string, string> {
    return Object.fromEntries(this.#digests);
  }
}

/** They say which file a package gives for its name. */
function manifestsOf(root: string): string[] {
  const { workspaces = [] } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { workspaces?: string[] };
  return globSync(
    workspaces.map((pattern) => `${pattern}/package.json`),
    { cwd: root },
  );
}

/** What the program cannot run without, with sizes in bytes. */
async function partsIn(folder: string): Promise<(readonly [name: string, sizeBytes: number])[]> {
  const names = (await readdir(folder)).filter((name) => !name.endsWith(".map"));
  return await Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).size] as const));
}

/** A power cut must not leave a program that is named and not there. */
async function flushFiles(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !name.endsWith(".map"));
  await Promise.all(
    names.map(async (name) => {
      await using file = await open(join(folder, name));
      await file.datasync();
    }),
  );
}

/** Node.js removes nothing of what it has compiled, and each joined program is compiled once. */
async function removeOldCompiled(): Promise<void> {
  const compiled = compiledFolder();
  if (compiled === undefined) return;
  for (const name of await readdir(compiled).catch(() => [])) {
    // A cache of somebody else's, or one that is going away just now.
    await removeOld(join(compiled, name), () => true, 30 * DAY_MS).catch(() => {});
  }
}

/** Programs that still run may load parts of older ones for some time. */
async function removeOld(folder: string, isOurs: (name: string) => boolean, afterMs: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (isOurs(name) && Date.now() - (await stat(path)).mtimeMs > afterMs) await rm(path, { recursive: true });
  }
}

const [, script, folder] = process.argv;
if (script === import.meta.filename && folder !== undefined) await makeProgram(folder);
