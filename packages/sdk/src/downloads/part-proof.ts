import type { LocalFiles, UpdatedFile } from "../platform/local-files.ts";
import { partOfState } from "./part-names.ts";
import { type PartRecord, readRecord, type Sample } from "./part-record.ts";
import type { Span } from "./span-set.ts";

/** Enough to tell files of one kind apart, together with their sizes. */
const SAMPLE_BYTES = 64;
const MOST_RECORD_BYTES = 4 * 1024 * 1024;

/** The first and the last bytes that have arrived. */
export async function samplesOf(file: UpdatedFile, done: readonly Span[]): Promise<Sample[]> {
  const [first, last] = [done[0], done.at(-1)];
  if (first === undefined || last === undefined) return [];
  const samples: Sample[] = [];
  for (const [start, end] of [
    [first[0], Math.min(first[1], first[0] + SAMPLE_BYTES)] as const,
    [Math.max(last[0], last[1] - SAMPLE_BYTES), last[1]] as const,
  ]) {
    const bytes = new Uint8Array(end - start);
    samples.push([start, hexOf(bytes.subarray(0, await file.read(bytes, start)))]);
  }
  return samples;
}

/**
 * Whether a file is the one that a record describes: by the bytes that are noted in it, so that both may have been
 * moved together; before any are noted, by being the very same file.
 */
export async function isPartOf(part: UpdatedFile, record: PartRecord): Promise<boolean> {
  const { sizeBytes, id } = await part.facts();
  if (sizeBytes > record.identity.sizeBytes) return false;
  if (record.samples.length === 0) return sizeBytes === 0 || id === record.partId;
  for (const [position, hex] of record.samples) {
    const bytes = new Uint8Array(hex.length / 2);
    if (hexOf(bytes.subarray(0, await part.read(bytes, position))) !== hex) return false;
  }
  return true;
}

/**
 * Of the names in a folder, those of our unfinished files: records, each with its part. A name proves nothing; the
 * record has to be valid, and the part has to be the one that it describes.
 */
export async function findUnfinished(files: LocalFiles, folder: string, names: Iterable<string>): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    const partName = partOfState(name);
    if (partName === undefined) continue;
    const record = await readRecordAt(files, `${folder}/${name}`);
    if (record === undefined) continue;
    found.push(name);
    const part = await files.openExisting(`${folder}/${partName}`, { isReadOnly: true });
    if (typeof part === "string") continue;
    if (await isPartOf(part, record)) found.push(partName);
    await part.close();
  }
  return found;
}

async function readRecordAt(files: LocalFiles, path: string): Promise<PartRecord | undefined> {
  const text = await files.readText(path, MOST_RECORD_BYTES).catch(() => undefined);
  return text === undefined ? undefined : readRecord(text);
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
