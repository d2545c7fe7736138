import type { SyncPlan, Transfer } from "./plan.ts";
import { nameOf } from "../trees/tree.ts";
import type { TreeFile } from "../trees/tree.ts";

export interface RelocationOptions<Target> {
  movesReplaced: boolean;
  mayCopy?(file: Target, isRenamed: boolean): boolean;
}

/** A file of the target that would be removed, and how to keep it once it has a new place. */
interface Leaving<Target> {
  path: string;
  file: Target;
  keep(): void;
}

/**
 * Turns transfers into moves if the same content would be removed elsewhere, and into copies if it stays.
 * `stayingFiles` is only called when needed.
 */
export function relocate<Source extends TreeFile, Target extends TreeFile>(
  plan: SyncPlan<Source, Target>,
  stayingFiles: () => Iterable<{ path: string; file: Target }>,
  options: RelocationOptions<Target>,
): void {
  const wanted = new Set(plan.transfers.map(({ source }) => contentOf(source)));
  wanted.delete(undefined);
  if (wanted.size === 0) return;
  const moved = new Set<Target>();
  const leaving = groupByContent(leavingFiles(plan, options.movesReplaced, moved), wanted);
  const staying = groupByContent(options.mayCopy === undefined ? [] : stayingFiles(), wanted);
  const remaining: Transfer<Source, Target>[] = [];
  for (const transfer of plan.transfers) {
    const { source, path, replaced } = transfer;
    const content = contentOf(source) ?? "";
    const gone = takeClosest(leaving.get(content), path);
    if (gone !== undefined) {
      gone.keep();
      plan.moves.push({ fromPath: gone.path, path, file: gone.file, source, replaced });
      continue;
    }
    const twin = staying.get(content)?.[0];
    if (twin !== undefined && options.mayCopy?.(twin.file, nameOf(twin.path) !== nameOf(path))) {
      plan.copies.push({ fromPath: twin.path, path, file: twin.file, source, replaced });
    } else remaining.push(transfer);
  }
  plan.transfers = remaining;
  plan.removals = plan.removals.filter(({ file }) => !moved.has(file));
}

function leavingFiles<Source extends TreeFile, Target extends TreeFile>(
  plan: SyncPlan<Source, Target>,
  movesReplaced: boolean,
  moved: Set<Target>,
): Leaving<Target>[] {
  const removed = plan.removals.map(({ path, file }) => ({ path, file, keep: () => void moved.add(file) }));
  if (!movesReplaced) return removed;
  const replaced = plan.transfers.flatMap((transfer) =>
    transfer.replaced.map((file) => ({
      path: transfer.path,
      file,
      keep: () => void transfer.replaced.splice(transfer.replaced.indexOf(file), 1),
    })),
  );
  return [...removed, ...replaced];
}

/**
 * Only the checksum: files with the same checksum have the same size. Undefined for empty files, which are all alike,
 * and for damaged ones, whose bytes are lost.
 */
function contentOf(file: TreeFile): string | undefined {
  return file.sizeBytes === 0 || file.isDamaged === true ? undefined : file.whirlpool;
}

function groupByContent<Item extends { file: TreeFile }>(
  items: Iterable<Item>,
  wanted: ReadonlySet<string | undefined>,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const content = contentOf(item.file);
    if (content === undefined || !wanted.has(content)) continue;
    const group = groups.get(content);
    if (group === undefined) groups.set(content, [item]);
    else group.push(item);
  }
  return groups;
}

/** Prefers one that needs no new name. Removes it from the list. */
function takeClosest<Item extends { path: string }>(items: Item[] | undefined, path: string): Item | undefined {
  if (items === undefined || items.length === 0) return undefined;
  const name = nameOf(path);
  const index = items.findIndex((item) => nameOf(item.path) === name);
  return items.splice(Math.max(index, 0), 1)[0];
}
