import { ArgumentError, DomainError } from "../errors.ts";
import { plainPattern } from "../policy/address-match.ts";
import { type Actor, isAccountActor } from "../policy/actor.ts";
import { newApiKeyText } from "../random-ids.ts";
import { type ApiKey, type KeyScopes, type ScopeArea, type ScopeRight, scopesBy, usualScopes } from "./api-key.ts";

/** Per account at a time; no person has this many, only a runaway script. */
export const MOST_WORKING_KEYS = 100;
/** In characters. */
export const LONGEST_KEY_NAME = 100;
/** Per key. */
export const MOST_KEY_ADDRESSES = 50;

const KEY_FORM = /^[A-Za-z0-9_=-]{32}$/;
/** Characters that move the cursor, break the line or change the direction of surrounding text. */
const UNSHOWABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** Invisible characters, which make two names look the same, or a name look empty. */
const INVISIBLE = /(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Default_Ignorable_Code_Point}\u2800]/u;
/** Joiners are needed within words of some scripts and within emoji, and so are variation selectors. */
const STRAY_JOINER =
  /(?<![^\P{L}\p{Script=Latin}]|\p{M}|\p{Extended_Pictographic}|\p{Emoji_Modifier})(?:\u200c|\u200d)|(?:\u200c|\u200d)(?![^\P{L}\p{Script=Latin}]|\p{Extended_Pictographic})|(?<!\p{Emoji})(?:\ufe0e|\ufe0f)/u;

export interface NewApiKey {
  name: string;
  scopes?: KeyScopes;
  fenceFolderId?: number | undefined;
  allowedAddresses?: readonly string[];
  expiresAt?: Date | undefined;
  /** Given by the operator instead of generated; must have the format of a key. */
  text?: string | undefined;
}

/** What can be changed of a key; a property that is present, even if undefined, is set. */
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

/** Normalizes addresses and CIDR blocks. @throws {DomainError} `bad-argument` */
export function readAddresses(given: readonly string[]): string[] {
  if (given.length > MOST_KEY_ADDRESSES) {
    throw new ArgumentError(
      "too-many-key-addresses",
      `A key can have at most ${MOST_KEY_ADDRESSES} addresses.`,
      MOST_KEY_ADDRESSES,
    );
  }
  return given.map((text) => {
    const pattern = plainPattern(text);
    if (pattern !== undefined) return pattern;
    throw new ArgumentError(
      "key-address-invalid",
      `"${text.slice(0, 50)}" is neither an address nor a CIDR block.`,
      text.slice(0, 50),
    );
  });
}

/** @throws {DomainError} `bad-argument` for a date in the past */
export function checkEnd(expiresAt: Date | undefined, now: Date): void {
  if (expiresAt !== undefined && expiresAt <= now)
    throw new ArgumentError("expiry-in-past", "The end of a key must be in the future.");
}

/** The default grants of a key: the usual scopes, limited to those of the key that makes it. */
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
