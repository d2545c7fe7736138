import { randomBytes, randomUUID } from "node:crypto";
import { link, open, readFile, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import { syncFolder } from "./durable-files.ts";

const SEALING_KEY_BYTES = 32;

/**
 * The sealing key for remote uploads, created when it is first needed. Only the owner of the folder can read it. If
 * several processes create one at once, all use the one that was there first.
 */
export async function loadSealingKey(file: string): Promise<Uint8Array> {
  const known = await readKey(file);
  if (known !== undefined) return known;
  const temporary = `${file}.${randomUUID()}.new`;
  const handle = await open(temporary, "w", 0o600);
  try {
    await handle.writeFile(`${randomBytes(SEALING_KEY_BYTES).toString("base64")}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(temporary, file);
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  } finally {
    await unlink(temporary);
  }
  await syncFolder(dirname(file));
  const created = await readKey(file);
  if (created === undefined) throw new Error(`The key ${file} is gone again.`);
  return created;
}

/** Base64 of 32 bytes; undefined for anything else. */
export function parseSealingKey(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text.trim(), "base64");
  return bytes.length === SEALING_KEY_BYTES && /^[\w+/-]{43}=?$/.test(text.trim()) ? bytes : undefined;
}

async function readKey(file: string): Promise<Uint8Array | undefined> {
  try {
    const key = parseSealingKey(await readFile(file, "utf8"));
    if (key === undefined) throw new Error(`${file} contains no key; move it away, and the server creates a new one.`);
    return key;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw systemCode(error) === undefined
      ? error
      : new Error(`${file} cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}
