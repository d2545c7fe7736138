import { access, constants, stat } from "node:fs/promises";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";

const ANYBODY_READS = 0o004;

/**
 * A warning for the operator about a key that every user of the machine can read; undefined if it is not, and on
 * Windows, which has other permissions. Access by a group is common: it is how a proxy shares a certificate.
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

/** Checks a key that the server will only need later. */
export async function warnOfKey(keyFile: string, warn: (problem: string) => void): Promise<void> {
  for (const problem of [await unreadable(keyFile), await readableByAll(keyFile)])
    if (problem !== undefined) warn(problem);
}
