import { hash } from "node:crypto";

/**
 * How keys, sessions, mailed links and download tokens are stored and looked up: SHA-256, in hexadecimal. They are
 * random and long, so a slow hash as for passwords would add nothing.
 */
export function secretHash(secret: string): string {
  return hash("sha256", secret, "hex");
}
