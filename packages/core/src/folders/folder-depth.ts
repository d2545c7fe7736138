import { DomainError } from "../errors.ts";

/** Levels of folders below the root of an account. Every call that names a folder reads the way up from it. */
const DEEPEST_LEVEL = 100;

/**
 * `levels` counts a folder and the deepest of those in it; `depth` says how deep the folder lies that it is put into, 0
 * for the root. Trees of versions without the limit may be deeper: what moves upwards in them is let through.
 * @throws {DomainError} `folder-too-deep`
 */
export function requireDepth(place: { depth: number; depthBefore?: number | undefined; levels: number }): void {
  const { depth, depthBefore, levels } = place;
  if (depth + levels <= DEEPEST_LEVEL) return;
  if (depthBefore !== undefined && depth <= depthBefore) return;
  throw new DomainError(
    "folder-too-deep",
    `Folders can be nested up to ${DEEPEST_LEVEL} levels deep; nothing was changed.`,
  );
}
