import { homedir } from "os";
import { isAbsolute, join } from "path";
import { isOwnFolder } from "./own-folder.js";

/** Set for a program that the launcher has started. */
const LAUNCHED = "CONSIGNE_LAUNCHED";

/** The variables for a program that is started here: `usual` ones, those of this process, and the mark. */
export function environmentOfLaunched(usual) {
  const variables = Object.assign({}, usual, process.env);
  variables[LAUNCHED] = "1";
  return variables;
}

/**
 * Where compiled code is kept, as the command line finds its other folders; undefined for who has no home, and where others
 * could write: Node.js runs what lies there as it is.
 */
export function compiledFolder() {
  const folder = wantedFolder();
  return folder !== undefined && isOwnFolder(folder) ? folder : undefined;
}

function wantedFolder() {
  const own = process.env["CONSIGNE_CACHE_DIR"];
  if (own) return join(own, "compiled");
  const above = process.env["XDG_CACHE_HOME"];
  try {
    const cache = above && isAbsolute(above) ? above : join(homedir(), ".cache");
    // An empty or relative HOME would be the working folder, where somebody else may have put what is run.
    return isAbsolute(cache) ? join(cache, "consigne/compiled") : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps compiled code for the next start: of this program, its threads, and what it starts. None of them then loads the
 * compiler for TypeScript. Where it cannot be kept nothing is said: the program runs as well.
 */
export function shareCompiledCode() {
  const folder = compiledFolder();
  // Whoever has set it has said where, as NODE_DISABLE_COMPILE_CACHE says that none is wanted.
  if (folder === undefined || process.env["NODE_COMPILE_CACHE"] !== undefined) return;
  process.getBuiltinModule("node:module").enableCompileCache(folder);
  process.env["NODE_COMPILE_CACHE"] = folder;
}

/** As `shareCompiledCode`, for this program alone: it starts programs of other people, which keep nothing here. */
export function keepCompiledCode() {
  const folder = compiledFolder();
  if (folder !== undefined) process.getBuiltinModule("node:module").enableCompileCache(folder);
}

/** Whether the launcher started this process. Takes the mark away, so that what it starts in turn has none. */
export function takeLaunchMark() {
  const isLaunched = process.env[LAUNCHED] !== undefined;
  delete process.env[LAUNCHED];
  return isLaunched;
}
