import { argon2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type { Principal } from "../policy/actor.ts";
import { isSameSecret } from "../same-secret.ts";
import { PasswordWork } from "./password-work.ts";

const deriveArgon2 = promisify(argon2);
const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** Far longer than any real password; a limit on the memory that a hostile one can use. */
export const MAX_PASSWORD_BYTES = 1024;

/** One per process, because all hashing shares its threads. */
const passwordWork = new PasswordWork();

async function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return deriveArgon2("argon2id", {
    message: Buffer.from(password, "utf8"),
    nonce: salt,
    parallelism: cost.parallelism,
    tagLength: TAG_BYTES,
    memory: cost.memory,
    passes: cost.passes,
  });
}

const unpadded = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");

/**
 * Argon2id as a PHC string. Ask the policy first, so that refused callers do not delay others.
 * @param signal aborts when the caller no longer waits; the work is then skipped
 * @throws {DomainError} `too-busy`
 * @throws the reason of `signal`
 */
export async function hashPassword(password: string, by: Principal, signal?: AbortSignal): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await passwordWork.run("make", by, () => derive(password, salt, COST), signal);
  return phcString(salt, tag);
}

function phcString(salt: Buffer, tag: Buffer): string {
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
/** Compared against when there is no account, so that an unknown e-mail takes as long as a wrong password. */
const NOBODYS_HASH = phcString(Buffer.alloc(SALT_BYTES), Buffer.alloc(TAG_BYTES));

/**
 * Returns false for `undefined` too, after the same amount of work.
 * @throws as `hashPassword`
 */
export async function verifyPassword(
  password: string,
  hash: string | undefined,
  by: Principal,
  signal?: AbortSignal,
): Promise<boolean> {
  const parts = PHC.exec(hash ?? NOBODYS_HASH);
  if (parts === null || Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return false;
  const [, memory, passes, parallelism, salt = "", tag = ""] = parts;
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const work = () => derive(password, Buffer.from(salt, "base64"), cost);
  const actual = await passwordWork.run("check", by, work, signal);
  return isSameSecret(unpadded(actual), tag) && hash !== undefined;
}
