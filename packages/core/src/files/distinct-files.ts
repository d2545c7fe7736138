import { ArgumentError } from "../errors.ts";
import type { FileReference } from "./file-access.ts";

/** Each file once, however often its link is given: what is done for it costs as much as for one. */
export function distinctFiles(references: readonly FileReference[]): FileReference[] {
  return distinctBy(references, nameOf);
}

/** As `distinctFiles`, for what carries more than the reference; the first counts. */
export function distinctTargets<T extends { reference: FileReference }>(targets: readonly T[]): T[] {
  return distinctBy(targets, ({ reference }) => nameOf(reference));
}

/** @throws {DomainError} `bad-argument` when one file is to get two names */
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
