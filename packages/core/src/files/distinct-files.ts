import { ArgumentError } from "../errors.ts";
import type { FileReference } from "./file-access.ts";

/** Each file once, however often its link was given, so that repetitions cost nothing. */
export function distinctFiles(references: readonly FileReference[]): FileReference[] {
  return distinctBy(references, nameOf);
}

/** Like `distinctFiles`, for values with more than the reference; the first one is kept. */
export function distinctTargets<T extends { reference: FileReference }>(targets: readonly T[]): T[] {
  return distinctBy(targets, ({ reference }) => nameOf(reference));
}

/** @throws {DomainError} `bad-argument` if one file would get two names */
export function distinctRenames<T extends { reference: FileReference; name: string }>(renames: readonly T[]): T[] {
  const distinct = distinctTargets(renames);
  const pairs = distinctBy(renames, ({ reference, name }) => `${nameOf(reference)}/${name}`);
  if (pairs.length !== distinct.length)
    throw new ArgumentError("other", "One file was given two names; nothing was renamed.");
  return distinct;
}

function nameOf(reference: FileReference): string {
  return "fileId" in reference ? reference.fileId : `${reference.folder}/${reference.name}`;
}

function distinctBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => seen.size !== seen.add(keyOf(item)).size);
}
