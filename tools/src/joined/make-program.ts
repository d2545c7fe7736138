import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { chmod, mkdtemp, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { compiledFolder } from "@consigne/launcher/joined";
import { joinedPath, joinFiles } from "./join.ts";

const DAY_MS = 24 * 3_600_000;
/** Other files that determine the result. */
const otherInputs = ["package-lock.json", "tools/src/joined/join.ts", "tools/src/joined/make-program.ts"];
/** Threads that a program starts, by their paths in the repository. */
const workers = ["packages/hashing/src/whirlpool-worker.ts"];

/**
 * Makes the joined program of a package from `src/bin.ts` and everything it imports, in a separate folder of `dist`.
 * `made.json` there names it at the end: until then, starts use the previous one. `packages/launcher/src/joined.js`
 * reads these files.
 * @param folder that of the package
 */
export async function makeProgram(folder: string): Promise<void> {
  const root = join(folder, "../..");
  const dist = join(folder, "dist");
  const sources = new Sources(root);
  for (const path of [...otherInputs, ...manifestsOf(root)]) sources.read(join(root, path));
  const entry = relative(root, join(folder, "src/bin.ts"));
  const threads = workers.filter((path) => existsSync(join(root, path)));
  const temporary = await mkdtemp(join(dist, "joined-"));
  try {
    await joinFiles({
      root,
      entries: [entry, ...threads],
      folder: temporary,
      programs: new Map(threads.map((path) => [join(root, path), joinedPath(temporary, basename(path))])),
      isFlat: true,
      readSource: (path) => sources.read(path),
    });
    await writeFile(join(temporary, "digests.json"), JSON.stringify(sources.digests()));
    await flushFiles(temporary);
    // Everybody may start it, whoever made it.
    await chmod(temporary, 0o755);
    const program = relative(dist, joinedPath(temporary, basename(entry)));
    const record = { program, parts: await partsIn(temporary), files: sources.stamps() };
    await writeFile(join(temporary, "made.json"), JSON.stringify(record), { flush: true });
    await rename(join(temporary, "made.json"), join(dist, "made.json"));
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  await removeOld(dist, (name) => name.startsWith("joined-") && name !== basename(temporary), DAY_MS);
  await removeOldCompiled();
}

/** The state of the sources before they were read. A later change is noticed at the next start. */
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

/** The manifests determine which file a package's name refers to. */
function manifestsOf(root: string): string[] {
  const { workspaces = [] } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { workspaces?: string[] };
  return globSync(
    workspaces.map((pattern) => `${pattern}/package.json`),
    { cwd: root },
  );
}

/** The files a program needs to run, with sizes in bytes. */
async function partsIn(folder: string): Promise<(readonly [name: string, sizeBytes: number])[]> {
  const names = (await readdir(folder)).filter((name) => !name.endsWith(".map"));
  return await Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).size] as const));
}

/** After a power failure, no program may be named that is incomplete. */
async function flushFiles(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !name.endsWith(".map"));
  await Promise.all(
    names.map(async (name) => {
      await using file = await open(join(folder, name));
      await file.datasync();
    }),
  );
}

/** Node.js never removes compiled code, and each joined program is compiled once. */
async function removeOldCompiled(): Promise<void> {
  const compiled = compiledFolder();
  if (compiled === undefined) return;
  for (const name of await readdir(compiled).catch(() => [])) {
    // It may be another user's cache, or be disappearing at the moment.
    await removeOld(join(compiled, name), () => true, 30 * DAY_MS).catch(() => {});
  }
}

/** Programs still running may load parts of older ones for some time. */
async function removeOld(folder: string, isOurs: (name: string) => boolean, afterMs: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (isOurs(name) && Date.now() - (await stat(path)).mtimeMs > afterMs) await rm(path, { recursive: true });
  }
}

const [, script, folder] = process.argv;
if (script === import.meta.filename && folder !== undefined) await makeProgram(folder);
