import { ArgumentError } from "../errors.ts";
import type { Countries } from "../ports/countries.ts";
import type { Actor } from "./actor.ts";

/** Stored with each file, and one call can set it on a thousand. Enough for about 300 e-mail addresses. */
const LONGEST_LIST_BYTES = 8 * 1024;

/** Restrictions that an owner put on a link. Each list that is present must admit the caller. */
export interface AccessList {
  /** CIDR blocks or addresses. */
  readonly addresses?: readonly string[] | undefined;
  /** ISO 3166 alpha-2, upper case. Callers from an unknown country are refused. */
  readonly countries?: readonly string[] | undefined;
  readonly emails?: readonly string[] | undefined;
  /** Only accounts with an active paid plan. */
  readonly isPremiumOnly?: boolean | undefined;
}

/** @throws {DomainError} `bad-argument` for lists too long to be stored with a file */
export function requireShortList(list: AccessList): void {
  if (listBytes(list) <= LONGEST_LIST_BYTES) return;
  throw new ArgumentError(
    "access-list-too-long",
    `An access list may have at most ${LONGEST_LIST_BYTES} bytes in all its entries; nothing was changed.`,
    LONGEST_LIST_BYTES,
  );
}

/** The actor's country, if the list needs it. */
export function countryFor(list: AccessList | undefined, actor: Actor, countries: Countries): string | undefined {
  return list?.countries === undefined ? undefined : countries.countryOf(actor.address);
}

/** The size of its entries. */
export function listBytes({ addresses = [], countries = [], emails = [] }: AccessList): number {
  return [...addresses, ...countries, ...emails].reduce((sum, entry) => sum + Buffer.byteLength(entry), 0);
}
