import { ArgumentError } from "../errors.ts";
import { MAX_PASSWORD_BYTES } from "./password-hash.ts";
import { isWeakPassword } from "./weak-password.ts";

const MIN_PASSWORD_LENGTH = 8;
/** No control characters and no bidirectional overrides, because addresses appear in mails, terminals and tables. */
const EMAIL = /^[^\s\p{C}@<>"']{1,64}@[^\s\p{C}@<>"']{1,190}$/u;

/** Lenient on purpose: only the mail server knows which addresses exist. */
export function isEmailAddress(text: string): boolean {
  return EMAIL.test(text);
}

/** A password that attackers would try first. */
export class WeakPasswordError extends ArgumentError {
  override name = "WeakPasswordError";

  constructor() {
    const found =
      "is very common, a sequence or a repetition, or little more than the address or the name of this site";
    super("password-too-weak", `This password is too easy to guess: it ${found}.`);
  }
}

/**
 * @param email the account's address
 * @param siteHost host of the public address
 * @throws {DomainError} `bad-argument` for a password that may not be used
 */
export function checkNewPassword(password: string, email: string, siteHost: string | undefined): void {
  if (password.length < MIN_PASSWORD_LENGTH) {
    throw new ArgumentError(
      "password-too-short",
      `A password needs at least ${MIN_PASSWORD_LENGTH} characters.`,
      MIN_PASSWORD_LENGTH,
    );
  }
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    throw new ArgumentError(
      "password-too-long",
      `A password can have at most ${MAX_PASSWORD_BYTES} bytes.`,
      MAX_PASSWORD_BYTES,
    );
  }
  if (isWeakPassword(password, email, siteHost)) throw new WeakPasswordError();
}
