import type { StoredFile } from "../files/file.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";

/** Hashes of the passwords that were checked for a download: it ends when one of them is changed. */
export interface ProvedPasswords {
  /** Of the file's link; undefined if it has none. */
  ofFile: string | undefined;
  /** Of the account; undefined if a key was used, or nothing. */
  ofAccount: string | undefined;
}

export function provedPasswords(actor: Actor, { passwordHash }: Pick<StoredFile, "passwordHash">): ProvedPasswords {
  const isByPassword = isAccountActor(actor) && actor.key === undefined;
  return { ofFile: passwordHash, ofAccount: isByPassword ? actor.account.passwordHash : undefined };
}

export function isSameProof(one: ProvedPasswords, other: ProvedPasswords): boolean {
  return one.ofFile === other.ofFile && one.ofAccount === other.ofAccount;
}
