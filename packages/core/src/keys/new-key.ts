import { ArgumentError, DomainError } from "../errors.ts";
import { plainPattern } from "../policy/address-match.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import { newApiKeyText } from "../random-ids.ts";
import { type ApiKey, type KeyScopes, type ScopeArea, type ScopeRight, scopesBy, usualScopes } from "./api-key.ts";

/** Of one account at a time; tells a person's keys from those of a script gone wild. */
export const MOST_WORKING_KEYS = 100;
/** Characters of a name. */
export const LONGEST_KEY_NAME = 100;
/** Of one key. */
export const MOST_KEY_ADDRESSES = 50;

const KEY_FORM = /^[A-Za-z0-9_=-]{32}$/;
/** What moves the cursor, breaks the line or turns the direction of what stands around the name. */
const UNSHOWABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** What takes no place: with it two names look the same, or one like none. */
const INVISIBLE = /(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Default_Ignorable_Code_Point}\u2800]/u;
/** Joiners are needed within words of scripts other than ours and within emoji, and so are the two forms of these. */
const STRAY_JOINER =
  /(?<![^\P{L}\p{Script=Latin}]|\p{M}|\p{Extended_Pictographic}|\p{Emoji_Modifier})(?:\u200c|\u200d)|(?:\u200c|\u200d)(?![^\P{L}\p{Script=Latin}]|\p{Extended_Pictographic})|(?<!\p{Emoji})(?:\ufe0e|\ufe0f)/u;

export interface NewApiKey {
  name: string;
  scopes?: KeyScopes;
  fenceFolderId?: number | undefined;
  allowedAddresses?: readonly string[];
  expiresAt?: Date | undefined;
  /** Given by the operator instead of generated; must have the form of a key. */
  text?: string | undefined;
}

/** What may be changed of a key; a property that is present, also as undefined, is set. */
export type KeyChanges = Partial<Pick<ApiKey, "name" | "scopes" | "fenceFolderId" | "allowedAddresses" | "expiresAt">>;

export const hasKeyForm = (text: string): boolean => KEY_FORM.test(text);

/** @throws {DomainError} `bad-argument` */
export function keyTextFor(given: string | undefined): string {
  if (given === undefined) return newApiKeyText();
  if (hasKeyForm(given)) return given;
  throw new ArgumentError("other", "A key must have exactly 32 characters out of A-Z, a-z, 0-9, '-', '_' and '='.");
}

/** @throws {DomainError} `bad-name` */
export function checkKeyName(name: string): void {
  if (name.trim() === "") throw new DomainError("bad-name", "A key needs a name.");
  if ([...name].length > LONGEST_KEY_NAME) {
    throw new DomainError("bad-name", `The name of a key can have at most ${LONGEST_KEY_NAME} characters.`);
  }
  if (UNSHOWABLE.test(name)) {
    throw new DomainError("bad-name", "The name of a key cannot contain line breaks or control characters.");
  }
  if (INVISIBLE.test(name) || STRAY_JOINER.test(name)) {
    throw new DomainError("bad-name", "The name of a key cannot contain invisible characters.");
  }
}

/** Addresses and CIDR blocks in the form in which they are kept. @throws {DomainError} `bad-argument` */
export function readAddresses(given: readonly string[]): string[] {
  if (given.length > MOST_KEY_ADDRESSES) {
    throw new ArgumentError(
      "key-addresses-many",
      `A key can have at most ${MOST_KEY_ADDRESSES} addresses.`,
      MOST_KEY_ADDRESSES,
    );
  }
  return given.map((text) => {
    const pattern = plainPattern(text);
    if (pattern !== undefined) return pattern;
    throw new ArgumentError(
      "key-address",
      `"${text.slice(0, 50)}" is neither an address nor a CIDR block.`,
      text.slice(0, 50),
    );
  });
}

/** @throws {DomainError} `bad-argument` for an end that has come */
export function checkEnd(expiresAt: Date | undefined, now: Date): void {
  if (expiresAt !== undefined && expiresAt <= now)
    throw new ArgumentError("end-past", "The end of a key must be in the future.");
}

/** What a key gets for which nothing was said: the usual, within the key of whoever makes it. */
export function startingGrants(
  actor: Actor,
): Pick<ApiKey, "scopes" | "fenceFolderId" | "allowedAddresses" | "expiresAt"> {
  const key = isAccountActor(actor) ? actor.key : undefined;
  return {
    scopes: key === undefined ? usualScopes : commonScopes(key.scopes, usualScopes),
    fenceFolderId: key?.fenceFolderId,
    allowedAddresses: key?.allowedAddresses ?? [],
    expiresAt: key?.expiresAt,
  };
}

const ranks: readonly ScopeRight[] = ["none", "read", "write"];

/** What both allow. */
function commonScopes(one: KeyScopes, other: KeyScopes): KeyScopes {
  const lesser = (area: ScopeArea) => ranks[Math.min(ranks.indexOf(one[area]), ranks.indexOf(other[area]))] ?? "none";
  return scopesBy(lesser);
}
