import type { StoredFile } from "../files/file.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";

/** Hashes of the passwords that were checked for a download: it ends when one of them is changed. */
export interface ProvedPasswords {
  /** The password of the file's link. Undefined if it has none. */
  ofFile: string | undefined;
  /** The password of the account. Undefined if a key was used, or nothing. */
  ofAccount: string | undefined;
}

export function provedPasswords(actor: Actor, { passwordHash }: Pick<StoredFile, "passwordHash">): ProvedPasswords {
  const isByPassword = isAccountActor(actor) && actor.key === undefined;
  return { ofFile: passwordHash, ofAccount: isByPassword ? actor.account.passwordHash : undefined };
}

export function isSameProof(one: ProvedPasswords, other: ProvedPasswords): boolean {
  return one.ofFile === other.ofFile && one.ofAccount === other.ofAccount;
}
