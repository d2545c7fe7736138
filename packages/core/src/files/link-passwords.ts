import { hashPassword, MAX_PASSWORD_BYTES } from "../accounts/password-hash.ts";
import { ArgumentError } from "../errors.ts";
import type { Actor } from "../policy/actor.ts";

/** The 1fichier API guide requires at least six characters. */
const MIN_LINK_PASSWORD_LENGTH = 6;

/**
 * "" removes the password. Ask the policy first, as for `hashPassword`.
 * @throws {DomainError} `bad-argument` when too short or too long, `too-busy`
 * @throws the reason of `signal`
 */
export async function hashLinkPassword(password: string, by: Actor, signal?: AbortSignal): Promise<string | undefined> {
  if (password === "") return undefined;
  if (password.length < MIN_LINK_PASSWORD_LENGTH) {
    throw new ArgumentError(
      "link-password-too-short",
      `A link password needs at least ${MIN_LINK_PASSWORD_LENGTH} characters.`,
      MIN_LINK_PASSWORD_LENGTH,
    );
  }
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    throw new ArgumentError(
      "link-password-too-long",
      `A link password can have at most ${MAX_PASSWORD_BYTES} bytes.`,
      MAX_PASSWORD_BYTES,
    );
  }
  return hashPassword(password, by, signal);
}
