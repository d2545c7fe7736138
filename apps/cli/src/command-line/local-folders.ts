import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { systemCode } from "./errors.ts";

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` goes round for ever where a system says
 * that there is no such folder although the one above is there, as Linux does below `/proc`.
 * @throws the system's error, `EEXIST` also when something that is no folder has the name
 */
export function makeLocalFolder(path: string, mode = 0o777): void {
  if (tryMake(path, mode) !== "parent missing" || dirname(path) === path) return;
  makeLocalFolder(dirname(path), mode);
  if (tryMake(path, mode) === "parent missing") mkdirSync(path, { mode });
}

function tryMake(path: string, mode: number): "there" | "parent missing" {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT") return "parent missing";
    if (!isFolder(path)) throw error;
  }
  return "there";
}

/** Told apart by what is there: a disk that is read-only says so, and not that the folder exists. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
