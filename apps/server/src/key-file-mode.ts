import { access, constants, stat } from "node:fs/promises";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";

const ANYBODY_READS = 0o004;

/**
 * A line for the operator about a key that every user of the machine may read; undefined where all is well, and where nothing
 * can be told: Windows has other rights. That a group reads it is common, and how a proxy shares a certificate.
 */
export async function readableByAll(keyFile: string): Promise<string | undefined> {
  if (process.platform === "win32") return undefined;
  const found = await stat(keyFile).catch(() => undefined);
  if (found === undefined || (found.mode & ANYBODY_READS) === 0) return undefined;
  return `Every user of this machine can read the key ${keyFile}: run \`chmod o-rwx\` on it, and consider a new key.`;
}

async function unreadable(keyFile: string): Promise<string | undefined> {
  try {
    await access(keyFile, constants.R_OK);
    return undefined;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    return `${keyFile} cannot be read: ${reasonOf(error)}. Remote uploads that need it will fail.`;
  }
}

/** What is wrong with a key that the server will only need later. */
export async function warnOfKey(keyFile: string, warn: (problem: string) => void): Promise<void> {
  for (const problem of [await unreadable(keyFile), await readableByAll(keyFile)])
    if (problem !== undefined) warn(problem);
}
