import { mkdirSync, statSync } from "fs";
import { dirname, resolve } from "path";

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` goes round for ever where a system says that
 * there is no such folder although the one above is there, as Linux does below `/proc` and in a folder that was removed.
 * @param {string} path
 * @param {number} mode that of each one made
 * @returns {string | undefined} the topmost one that was missing; undefined where all were there
 */
export function makeFolder(path, mode) {
  const whole = resolve(path);
  const missing = [];
  for (let folder = whole; isMissing(folder) && dirname(folder) !== folder; folder = dirname(folder)) {
    missing.push(folder);
  }
  const topmost = missing[missing.length - 1];
  // What is no folder, or cannot be looked at, is refused by the system in its own words.
  if (topmost === undefined && !isFolder(whole)) mkdirSync(whole, { mode: mode });
  while (missing.length > 0) makeOne(missing.pop(), mode);
  return topmost;
}

function makeOne(path, mode) {
  try {
    mkdirSync(path, { mode: mode });
  } catch (error) {
    // Another process may have been faster.
    if (!isFolder(path)) throw error;
  }
}

function isMissing(path) {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return error.code === "ENOENT";
  }
}

function isFolder(path) {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
