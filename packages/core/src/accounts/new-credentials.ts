import { DomainError } from "../errors.ts";
import { MAX_PASSWORD_BYTES } from "./password-hash.ts";

const MIN_PASSWORD_LENGTH = 8;
/** Neither control characters nor what turns the direction of a line: addresses stand in mails, terminals and tables. */
const EMAIL = /^[^\s\p{C}@<>"']{1,64}@[^\s\p{C}@<>"']{1,190}$/u;

/** Coarse on purpose: only the mail server knows which addresses exist. */
export function isEmailAddress(text: string): boolean {
  return EMAIL.test(text);
}

/** @throws {DomainError} `bad-argument` for a password that nobody may choose */
export function checkNewPassword(password: string): void {
  if (password.length < MIN_PASSWORD_LENGTH) {
    throw new DomainError("bad-argument", `A password needs at least ${MIN_PASSWORD_LENGTH} characters.`);
  }
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    throw new DomainError("bad-argument", `A password has at most ${MAX_PASSWORD_BYTES} bytes.`);
  }
}
