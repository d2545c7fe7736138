import { mapBounded } from "../bounded.ts";
import type { Blob } from "../files/file.ts";
import { bytesWithoutRow } from "../housekeeping/bytes-collection.ts";
import { type AffectedFile, affectedFiles } from "../housekeeping/content-check.ts";
import type { BlobCopies } from "../ports/blob-copies.ts";
import { type BlobStore, BlobStoreError, type ListedBlob } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentHasher } from "../ports/content-hasher.ts";
import type { Database } from "../ports/database.ts";
import { copyProved, proveStored, refusing } from "./proved-copy.ts";

const PAGE = 500;
/** Contents copied at once: for small ones, most of the time goes into flushing. */
const COPIES = 8;

/** A content that is damaged or missing in the source. */
export interface CopyFinding {
  problem: "content-damaged" | "bytes-missing";
  blobKey: string;
  files: AffectedFile[];
  /** The copy has sound bytes from an earlier run, and keeps them. */
  isKept: boolean;
}

export interface CopyReport {
  contents: number;
  sizeBytes: number;
  copied: number;
  copiedBytes: number;
  /** Already copied by an earlier run. */
  present: number;
  findings: CopyFinding[];
}

export interface CopyOrder {
  /** A snapshot of the rows, which nobody else writes. Damaged and sound contents are noted in it. */
  database: Database;
  from: BlobStore;
  to: BlobCopies;
  hasher: ContentHasher;
  clock: Clock;
  /** Rereads and verifies what earlier runs copied. */
  isDeep: boolean;
  /** Called after every few contents. */
  onProgress?: (report: CopyReport) => void;
}

/**
 * Copies all contents of the snapshot that the copy does not have yet, and verifies each against its row. Existing
 * copies are left alone. Everything copied is durable when this resolves.
 * @param isGone called for missing bytes: returns true if they were removed since the snapshot was taken, so that a
 *   newer snapshot is needed; false if they are lost
 * @throws {CopyRefusedError}
 * @throws {BlobStoreError} when nothing can be read any more
 */
export async function copyContents(order: CopyOrder, isGone: (key: string) => boolean): Promise<CopyReport> {
  const report: CopyReport = { contents: 0, sizeBytes: 0, copied: 0, copiedBytes: 0, present: 0, findings: [] };
  const { blobs } = order.database;
  let after: string | undefined;
  for (;;) {
    const page = await blobs.listPage(after, PAGE);
    const referenced = new Set(await blobs.listReferenced(page.map(({ id }) => id)));
    const wanted = page.filter(({ id }) => referenced.has(id));
    await mapBounded(wanted, COPIES, async (blob) => {
      await copyOne(order, report, blob, isGone);
      report.contents += 1;
      report.sizeBytes += blob.sizeBytes;
      order.onProgress?.(report);
    });
    after = page.at(-1)?.id;
    if (page.length < PAGE) break;
  }
  await refusing(() => order.to.settle());
  return report;
}

async function copyOne(
  order: CopyOrder,
  report: CopyReport,
  blob: Blob,
  isGone: (key: string) => boolean,
): Promise<void> {
  const { from, to, isDeep } = order;
  const isThere = (await to.store.stat(blob.key))?.sizeBytes === blob.sizeBytes;
  const isMarked = blob.damagedAt !== undefined;
  if (isThere && !isDeep && !isMarked) {
    report.present += 1;
    return;
  }
  if (isThere && (await proveStored(order, blob, to.store)) === "sound") {
    report.present += 1;
    // The rows say that the copied bytes are damaged, but these are not.
    if (isMarked) await note(order, report, { blob, problem: "content-damaged", isKept: true });
    return;
  }
  const proof = await copyProved(order, blob, { from, to });
  if (proof === "sound") {
    report.copied += 1;
    report.copiedBytes += blob.sizeBytes;
    if (isMarked) await order.database.blobs.setDamaged(blob.id, blob.key, undefined);
    return;
  }
  // If the disk went away meanwhile, everything looks lost.
  if ((await from.findId()) === undefined) {
    throw new BlobStoreError("unavailable", "The folder being copied from is gone, or its disk is.");
  }
  if (proof === "damaged" || !isGone(blob.key)) {
    const problem = proof === "damaged" ? "content-damaged" : "bytes-missing";
    await note(order, report, { blob, problem, isKept: false });
  }
}

async function note(
  { database, clock }: CopyOrder,
  { findings }: CopyReport,
  { blob, problem, isKept }: Pick<CopyFinding, "problem" | "isKept"> & { blob: Blob },
): Promise<void> {
  await database.blobs.setDamaged(blob.id, blob.key, isKept ? undefined : clock.now());
  findings.push({ problem, blobKey: blob.key, files: await affectedFiles(database, blob.id), isKept });
}

/** Removes the blobs that no row refers to, from copies that nobody else writes. */
export async function removeUnknown(
  database: Database,
  blobs: BlobStore,
): Promise<{ removed: number; removedBytes: number }> {
  let [removed, removedBytes] = [0, 0];
  let page: ListedBlob[] = [];
  const remove = async () => {
    const unknown = await bytesWithoutRow(database, page);
    // All at once, so that a store can make many removals of small blobs durable together.
    await mapBounded(unknown, PAGE, ({ key }) => blobs.remove(key));
    removed += unknown.length;
    for (const { sizeBytes } of unknown) removedBytes += sizeBytes;
    page = [];
  };
  for await (const stored of blobs.list()) {
    page.push(stored);
    if (page.length === PAGE) await remove();
  }
  await remove();
  return { removed, removedBytes };
}
