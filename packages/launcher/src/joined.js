// Plain JavaScript, since it is read with every start: Node.js would load a compiler for TypeScript first.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { compiledFolder, keepCompiledCode } from "./environment.js";

export { compiledFolder };

/** What makes the joined program; absent where only the program was copied. */
const MAKER = "tools/src/joined/make-program.ts";
const MAKER_TIMEOUT_MS = 60_000;
/** After a try that failed or was killed, sources run so long before the next. */
const NEXT_TRY_MS = 10 * 60_000;
const NO_THROW = { throwIfNoEntry: false };

/**
 * @typedef {{ program: string, parts: [name: string, sizeBytes: number][], files: [path: string, sizeBytes: number, modifiedAtMs: number, changedAtMs: number][] }} Made
 *   `program` is the file to start, by its path in `dist`; `parts` are it and what lies beside it; `files` are all it was made of, by their paths in the repository
 * @typedef {{ name: string, folder: string }} Program `folder` is that of its package, in `apps`
 */

/**
 * Imports a program: joined into few files where that is up to date or can be made, its sources otherwise.
 * @param {Program} program
 */
export async function startProgram(program) {
  // Compiled code is kept for the next start. Where it cannot be kept nothing is said: the program runs as well.
  keepCompiledCode();
  const joined = joinedFile(program) ?? ((await makeJoined(program)) ? joinedFile(program) : undefined);
  await import(pathToFileURL(joined ?? join(program.folder, "src/bin.ts")).href);
}

/**
 * Makes the joined program where it is absent or older than its sources, and can be made.
 * @param {Program} program
 * @returns {Promise<boolean>} whether it is there now
 */
export async function prepareProgram(program) {
  return joinedFile(program) !== undefined || (await makeJoined(program));
}

/**
 * The joined program, if it is what its sources are now.
 * @param {Program} program
 */
function joinedFile({ folder }) {
  const dist = join(folder, "dist");
  const made = readMade(join(dist, "made.json"));
  if (made === undefined) return undefined;
  const file = join(dist, made.program);
  return isWhole(made, dist) && isUpToDate(made, dist, repositoryOf(folder)) ? file : undefined;
}

/** @returns {Made | undefined} */
function readMade(file) {
  try {
    const made = JSON.parse(readFileSync(file, "utf8"));
    const isMade = typeof made.program === "string" && Array.isArray(made.parts) && Array.isArray(made.files);
    return isMade ? made : undefined;
  } catch {
    return undefined;
  }
}

/** A program that was emptied, by a disk that was full or failed, does nothing and calls it a success. */
function isWhole({ program, parts }, dist) {
  const made = join(dist, dirname(program));
  return parts.every(([name, sizeBytes]) => statSync(made + "/" + name, NO_THROW)?.size === sizeBytes);
}

const repositoryOf = (folder) => join(folder, "../..");

/**
 * As Git does it: sizes and times first, and where these differ, as after a copy, what is in the files. It looks at some
 * hundred files with every start, which takes three times as long by `join` and arrays.
 */
function isUpToDate({ program, parts, files }, dist, repository) {
  const touched = [];
  for (const each of files) {
    const now = statSync(repository + "/" + each[0], NO_THROW);
    if (now === undefined) return false;
    if (now.size !== each[1] || now.mtimeMs !== each[2] || now.ctimeMs !== each[3]) touched.push([each[0], now]);
  }
  if (touched.length === 0) return true;
  if (!haveSameContent(touched, join(dist, dirname(program)), repository)) return false;
  const stamps = new Map(touched.map(([path, now]) => [path, [path, now.size, now.mtimeMs, now.ctimeMs]]));
  keepStamps({ program, parts, files: files.map((each) => stamps.get(each[0]) ?? each) }, dist);
  return true;
}

function haveSameContent(files, made, repository) {
  try {
    const { createHash } = process.getBuiltinModule("node:crypto");
    const digests = JSON.parse(readFileSync(join(made, "digests.json"), "utf8"));
    return files.every(([path]) => {
      const digest = createHash("sha256")
        .update(readFileSync(join(repository, path)))
        .digest("base64url");
      return digests[path] === digest;
    });
  } catch {
    return false;
  }
}

/** For the next start, which then need not read them. */
function keepStamps(made, dist) {
  if (!isOwner(dist)) return;
  const written = join(dist, "made-" + process.pid + ".json");
  try {
    writeFileSync(written, JSON.stringify(made));
    renameSync(written, join(dist, "made.json"));
  } catch {
    rmSync(written, { force: true });
  }
}

/** What somebody else wrote there would be in the owner's way. */
const isOwner = (folder) => statSync(folder).uid === process.getuid?.();

/**
 * Whether it was made, as only the owner of the sources does. Of several starts at once one does, the others run the
 * sources.
 * @param {Program} program
 */
async function makeJoined({ name, folder }) {
  const maker = join(repositoryOf(folder), MAKER);
  if (!existsSync(maker) || !isOwner(folder)) return false;
  const lock = takeLock(folder);
  if (lock === undefined) return false;
  const tell = (text) => {
    if (process.stderr.isTTY) process.stderr.write(`${name}: ${text}\n`);
  };
  tell("preparing the program, as its sources are new; this takes a few seconds, once.");
  const { spawnSync } = await import("node:child_process");
  const options = { encoding: "utf8", stdio: ["ignore", "ignore", "pipe"], timeout: MAKER_TIMEOUT_MS };
  const { status, stderr, error } = spawnSync(process.execPath, [maker, folder], options);
  if (status === 0) {
    rmSync(lock, { force: true });
    return true;
  }
  const reason = error?.message ?? stderr.trim().split("\n").at(-1) ?? "";
  tell(
    `it could not be prepared, so it starts more slowly, from its sources: ${reason} (The next try is in 10 minutes.)`,
  );
  return false;
}

/** Undefined where another start is at it or has failed lately, and where nothing can be written. */
function takeLock(folder) {
  const dist = join(folder, "dist");
  const lock = join(dist, "making.lock");
  try {
    mkdirSync(dist, { recursive: true });
    const held = statSync(lock, NO_THROW);
    if (held !== undefined && Math.abs(Date.now() - held.mtimeMs) < NEXT_TRY_MS) return undefined;
    rmSync(lock, { force: true });
    closeSync(openSync(lock, "wx"));
    return lock;
  } catch {
    return undefined;
  }
}
