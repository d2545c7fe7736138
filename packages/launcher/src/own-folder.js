// Without newer syntax, as `launch.js` reads it.
import { existsSync, realpathSync, statSync } from "fs";
import { dirname, resolve } from "path";
import { makeFolder } from "./make-folder.js";

const OTHERS_WRITE = 0o022;
/** In such a folder, as /tmp is one, nobody renames or removes what is somebody else's. */
const STICKY = 0o1000;

/**
 * Makes a folder where it is missing, and says whether its user alone writes there: it is theirs, and nobody else can put
 * another in its place. Where others can, as for root in a home that is somebody else's, nothing is made.
 * @param {string} folder
 */
export function isOwnFolder(folder) {
  try {
    const path = resolve(folder);
    if (!isKeptFromOthers(lowestThere(path))) return false;
    makeFolder(path, 0o700);
    // Again, as somebody else may have made it meanwhile.
    return isKeptFromOthers(path) && isTheirs(statSync(path));
  } catch {
    return false;
  }
}

function lowestThere(path) {
  return existsSync(path) ? path : lowestThere(dirname(path));
}

/** As all folders above it are, which lead to it. Windows has no such modes; a profile there is its user's alone. */
function isKeptFromOthers(path) {
  if (process.geteuid === undefined) return true;
  for (let folder = realpathSync(path); ; folder = dirname(folder)) {
    const found = statSync(folder);
    const isTrusted = found.uid === process.geteuid() || found.uid === 0;
    if (!isTrusted || ((found.mode & OTHERS_WRITE) !== 0 && (found.mode & STICKY) === 0)) return false;
    if (dirname(folder) === folder) return true;
  }
}

function isTheirs(found) {
  if (process.geteuid === undefined) return found.isDirectory();
  return found.isDirectory() && found.uid === process.geteuid() && (found.mode & OTHERS_WRITE) === 0;
}
