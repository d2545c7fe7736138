import { DomainError } from "../errors.ts";

/** Levels of folders below the root of an account. Every call that names a folder reads its ancestry. */
const DEEPEST_LEVEL = 100;

/**
 * `levels` counts a folder and the deepest of those in it; `depth` is the depth of its new parent, 0 for the root.
 * Trees made by releases without this limit may be deeper; moving such folders upwards is allowed.
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
