import { isDeepStrictEqual } from "node:util";
import { ArgumentError } from "../errors.ts";
import { type AccessList, listBytes } from "../policy/access-list.ts";
import type { FileChanges } from "./file-repository.ts";
import type { StoredFile } from "./file.ts";

/** Fields left out stay as they are. */
export interface AttributeChanges {
  name?: string | undefined;
  description?: string | undefined;
  /** "" removes it. */
  password?: string | undefined;
  isInline?: boolean | undefined;
  isSslDisabled?: boolean | undefined;
  isCdn?: boolean | undefined;
  /** `"none"` removes it. */
  accessList?: AccessList | "none" | undefined;
}

/** Each file stores its own copy, outside any quota: enough for a note of 4,000 plain letters on a thousand files. */
const MOST_TEXT_BYTES = 4 * 1024 * 1024;

/** @throws {DomainError} `bad-argument` for more text than one call may add to its files */
export function requireFewTexts({ description = "", accessList }: AttributeChanges, files: number): void {
  const ofEach = Buffer.byteLength(description) + (typeof accessList === "object" ? listBytes(accessList) : 0);
  if (ofEach * files <= MOST_TEXT_BYTES) return;
  throw new ArgumentError(
    "attributes-too-long",
    `The notes and access lists of all files in a call can have at most ${MOST_TEXT_BYTES} bytes in total; nothing was changed. ` +
      "Change fewer files at a time.",
    MOST_TEXT_BYTES,
  );
}

/** The wanted values that differ from the file's. */
export function changesIn(file: StoredFile, wanted: FileChanges): FileChanges {
  const has = (name: string, value: unknown) =>
    name === "accessList" ? isSameList(file.accessList, wanted.accessList) : Reflect.get(file, name) === value;
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => !has(name, value)));
}

/** Compares without building strings: there may be a thousand long lists. */
function isSameList(one: AccessList | undefined, other: AccessList | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  const { addresses, countries, emails, isPremiumOnly } = one;
  return (
    isDeepStrictEqual(addresses, other.addresses) &&
    isDeepStrictEqual(countries, other.countries) &&
    isDeepStrictEqual(emails, other.emails) &&
    isPremiumOnly === other.isPremiumOnly
  );
}
