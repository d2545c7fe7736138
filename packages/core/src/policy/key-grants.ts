import { isIP } from "node:net";
import { type ApiKey, type KeyScopes, type ScopeRight, servedScopeAreas } from "../keys/api-key.ts";
import type { AccountActor } from "./actor.ts";
import { matchesAnyAddress, plainPattern } from "./address-match.ts";

/** What a key may do, as granted or withdrawn. */
export interface KeyGrants extends Pick<ApiKey, "allowedAddresses" | "expiresAt"> {
  scopes: KeyScopes;
  /** From the folder that the key is restricted to up to the root of the account; undefined without a restriction. */
  fenceAncestorIds: readonly number[] | undefined;
}

const ranks: Readonly<Record<ScopeRight, number>> = { none: 0, read: 1, write: 2 };

/** A right of `one` that exceeds `other`, such as `files=write`; undefined if there is none. */
export function rightBeyond(one: KeyScopes, other: KeyScopes): string | undefined {
  // Only old keys have rights to unimplemented areas, and such a right allows nothing.
  const area = servedScopeAreas.find((each) => ranks[one[each]] > ranks[other[each]]);
  return area === undefined ? undefined : `${area}=${one[area]}`;
}

/** How `grants` exceed the key of `actor`, in words for people; undefined if they do not. */
export function beyond({ account, key, rootFolderId }: AccountActor, grants: KeyGrants): string | undefined {
  if (key === undefined) return undefined;
  const right = rightBeyond(grants.scopes, key.scopes);
  if (right !== undefined) return `the right ${right}`;
  const isFenced = rootFolderId !== account.rootFolderId;
  if (isFenced && grants.fenceAncestorIds?.includes(rootFolderId) !== true) return "folders outside its own folder";
  if (!isWithinAddresses(grants.allowedAddresses, key.allowedAddresses)) return "addresses other than its own";
  const ends = (end: Date | undefined) => end?.getTime() ?? Infinity;
  return ends(grants.expiresAt) > ends(key.expiresAt) ? "a later end" : undefined;
}

/** Both lists contain addresses and CIDR blocks; an empty one means every address. */
function isWithinAddresses(wanted: readonly string[], allowed: readonly string[]): boolean {
  if (allowed.length === 0) return true;
  return wanted.length > 0 && wanted.every((pattern) => allowed.some((block) => isWithinBlock(pattern, block)));
}

function isWithinBlock(wanted: string, allowed: string): boolean {
  const pattern = plainPattern(wanted);
  const block = plainPattern(allowed);
  if (pattern === undefined || block === undefined || familyOf(pattern) !== familyOf(block)) return false;
  return prefixOf(pattern) >= prefixOf(block) && matchesAnyAddress(addressOf(pattern), [block]);
}

const addressOf = (pattern: string): string => pattern.split("/")[0] ?? "";
const familyOf = (pattern: string): number => isIP(addressOf(pattern));

/** Number of fixed bits; an address fixes all of its own. */
function prefixOf(pattern: string): number {
  const [address = "", prefix] = pattern.split("/");
  return prefix === undefined ? (isIP(address) === 4 ? 32 : 128) : Number(prefix);
}
