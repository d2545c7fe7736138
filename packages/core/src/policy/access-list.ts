import { ArgumentError } from "../errors.ts";
import type { Countries } from "../ports/countries.ts";
import type { Actor } from "./actor.ts";

/** Kept for each file by itself, and one call gives it to a thousand. Some 300 addresses of e-mail. */
const LONGEST_LIST_BYTES = 8 * 1024;

/** Restrictions an owner put on a link. Each present list must admit the caller. */
export interface AccessList {
  /** CIDR blocks or addresses. */
  readonly addresses?: readonly string[] | undefined;
  /** ISO 3166 alpha-2, upper case. An unknown country is not admitted. */
  readonly countries?: readonly string[] | undefined;
  readonly emails?: readonly string[] | undefined;
  /** Only accounts whose plan in force is a paid one. */
  readonly isPremiumOnly?: boolean | undefined;
}

/** @throws {DomainError} `bad-argument` for more than is kept with a file */
export function requireShortList(list: AccessList): void {
  if (listBytes(list) <= LONGEST_LIST_BYTES) return;
  throw new ArgumentError(
    "access-list-long",
    `An access list may have at most ${LONGEST_LIST_BYTES} bytes in all its entries; nothing was changed.`,
    LONGEST_LIST_BYTES,
  );
}

/** Where the actor is, if the list asks for that. */
export function countryFor(list: AccessList | undefined, actor: Actor, countries: Countries): string | undefined {
  return list?.countries === undefined ? undefined : countries.countryOf(actor.address);
}

/** What its entries take. */
export function listBytes({ addresses = [], countries = [], emails = [] }: AccessList): number {
  return [...addresses, ...countries, ...emails].reduce((sum, entry) => sum + Buffer.byteLength(entry), 0);
}
