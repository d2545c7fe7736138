import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { systemCode, systemReason } from "@consigne/contract/system-reasons";
import { CliError } from "./errors.ts";
import { exitCodeOfSystem } from "./system-failures.ts";
import { visible } from "./visible-text.ts";

/**
 * Creates a folder and its missing parents. Node's own `recursive` loops for ever if a system says that a folder does
 * not exist although its parent does, as Linux does below `/proc`.
 * @throws {CliError} with the folder and why it cannot be created
 */
export function makeLocalFolder(path: string, mode = 0o777): void {
  try {
    make(path, mode);
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    throw new CliError("local-folder", `The folder ${visible(path)} cannot be created: ${reason}.`, {
      cause: error,
      exitCode: exitCodeOfSystem(error),
    });
  }
}

function make(path: string, mode: number): void {
  if (tryMake(path, mode) === "there") return;
  if (dirname(path) !== path) make(dirname(path), mode);
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

/** Decided by what exists: a read-only disk reports that it is read-only, and not that the folder exists. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
