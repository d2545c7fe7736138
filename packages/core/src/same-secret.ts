import { createHash, timingSafeEqual } from "node:crypto";

/** Compares in constant time, without revealing where two texts differ or how long they are. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
