import { hash } from "node:crypto";

/**
 * The form in which keys, sessions, mailed links and download tokens are kept and looked up: SHA-256, hexadecimal. They
 * are drawn by us and long, so a slow hash as for passwords would add nothing.
 */
export function secretHash(secret: string): string {
  return hash("sha256", secret, "hex");
}
