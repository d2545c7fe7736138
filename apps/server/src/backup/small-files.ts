import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "@consigne/contract/system-reasons";
import { makeFolder } from "@consigne/launcher/make-folder";
import type { DataPaths } from "../data-folder.ts";
import { removeDurably, syncFolder, writeDurably } from "../durable-files.ts";

/**
 * Copies what a data folder holds besides rows and bytes: its mark, the sealing key for remote uploads, and mails
 * written to files instead of a mail server. Durable when it resolves.
 */
export async function copySmallFiles(from: DataPaths, to: DataPaths): Promise<void> {
  for (const name of ["markerFile", "sealingKeyFile"] as const) {
    const content = await contentOf(from[name]);
    if (content === undefined) await removeDurably(to[name]);
    else await writeWhereOther(to[name], content);
  }
  const letters = await namesIn(from.outboxDirectory);
  const present = await namesIn(to.outboxDirectory);
  if (letters.length === 0 && present.length === 0) return;
  makeFolder(to.outboxDirectory, 0o700);
  for (const name of letters) {
    const content = await contentOf(join(from.outboxDirectory, name));
    if (content !== undefined) await writeWhereOther(join(to.outboxDirectory, name), content);
  }
  const current = new Set(letters);
  for (const name of present) if (!current.has(name)) await rm(join(to.outboxDirectory, name), { force: true });
  await syncFolder(to.outboxDirectory);
}

async function writeWhereOther(path: string, content: Uint8Array): Promise<void> {
  const there = await contentOf(path);
  if (there === undefined || Buffer.compare(there, content) !== 0) await writeDurably(path, content);
}

/** Undefined if it does not exist or is not a file. */
async function contentOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (["ENOENT", "EISDIR"].includes(systemCode(error) ?? "")) return undefined;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}
