import { argon2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { isSameSecret } from "../same-secret.ts";

const deriveArgon2 = promisify(argon2);
const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** Argon2 runs on the threads that also serve files: more than two at once would hold up uploads. */
const MAX_CONCURRENT = 2;
/** Far past any real password; keeps a hostile one from costing memory. */
export const MAX_PASSWORD_BYTES = 1024;

let running = 0;
const waiting: (() => void)[] = [];

async function withSlot<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MAX_CONCURRENT) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

async function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return withSlot(() =>
    deriveArgon2("argon2id", {
      message: Buffer.from(password, "utf8"),
      nonce: salt,
      parallelism: cost.parallelism,
      tagLength: TAG_BYTES,
      memory: cost.memory,
      passes: cost.passes,
    }),
  );
}

const unpadded = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");

/** Argon2id as a PHC string. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await derive(password, salt, COST);
  return phcString(salt, tag);
}

function phcString(salt: Buffer, tag: Buffer): string {
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
/** Compared against when there is no account, so that an unknown e-mail costs as much time as a wrong password. */
const NOBODYS_HASH = phcString(Buffer.alloc(SALT_BYTES), Buffer.alloc(TAG_BYTES));

/** False for `undefined` too, after the same work. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const parts = PHC.exec(hash ?? NOBODYS_HASH);
  if (parts === null || Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return false;
  const [, memory, passes, parallelism, salt = "", tag = ""] = parts;
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const actual = await derive(password, Buffer.from(salt, "base64"), cost);
  return isSameSecret(unpadded(actual), tag) && hash !== undefined;
}
