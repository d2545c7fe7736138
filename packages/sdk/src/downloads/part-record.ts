import type { Span } from "./span-set.ts";

/** Which file a download is of. */
export interface RemoteIdentity {
  url: string;
  sizeBytes: number;
  /** 128 lower-case hex digits; undefined if unknown. */
  whirlpool: string | undefined;
}

/** Some bytes of a part and their position in it, in hexadecimal. */
export type Sample = readonly [position: number, hex: string];

/** The contents of the record beside a part. */
export interface PartRecord {
  /** The final name of the part. */
  name: string;
  identity: RemoteIdentity;
  /** Which file of the file system the part is. */
  partId: string | undefined;
  /** The bytes in it. */
  done: Span[];
  /** Some of them, by which the part is recognised wherever it was moved. */
  samples: Sample[];
}

const MARK = "unfinished file of consigne";
const VERSION = 1;
const MOST_SPANS = 10_000;
const SAMPLE = /^(?:[0-9a-f]{2}){1,64}$/;

/** The first line. Lines are added as the part grows; the last complete one of a kind counts. */
export function headOfRecord(name: string, { url, sizeBytes, whirlpool }: RemoteIdentity): string {
  return `${JSON.stringify({ is: MARK, version: VERSION, name, url, sizeBytes, whirlpool })}\n`;
}

export function partIdLine(partId: string): string {
  return `${JSON.stringify({ partId })}\n`;
}

export function progressLine(done: readonly Span[], samples: readonly Sample[]): string {
  return `${JSON.stringify({ done, samples })}\n`;
}

/** Undefined unless the text is a complete record: anybody may have a file with such a name. */
export function readRecord(text: string): PartRecord | undefined {
  // Anything after the last line end was being written when the process or the disk stopped.
  const [first = "", ...lines] = text.split("\n").slice(0, -1);
  const record = readHead(parseObject(first));
  if (record === undefined) return undefined;
  for (const line of lines) if (!takeLine(record, parseObject(line))) return undefined;
  return record;
}

function readHead(line: Record<string, unknown>): PartRecord | undefined {
  const { is, version, name, url, sizeBytes, whirlpool, ...more } = line;
  if (is !== MARK || version !== VERSION || Object.keys(more).length > 0) return undefined;
  if (typeof name !== "string" || typeof url !== "string") return undefined;
  if (typeof sizeBytes !== "number" || !Number.isSafeInteger(sizeBytes) || sizeBytes < 0) return undefined;
  const isDigest = typeof whirlpool === "string" && /^[0-9a-f]{128}$/.test(whirlpool);
  if (!isDigest && whirlpool !== undefined) return undefined;
  const identity = { url, sizeBytes, whirlpool: isDigest ? whirlpool : undefined };
  return { name, identity, partId: undefined, done: [], samples: [] };
}

function takeLine(record: PartRecord, line: Record<string, unknown>): boolean {
  const { partId, done, samples, ...more } = line;
  if (Object.keys(more).length > 0) return false;
  if (typeof partId === "string") {
    record.partId = partId;
    return done === undefined && samples === undefined;
  }
  if (partId !== undefined || !Array.isArray(done) || !Array.isArray(samples)) return false;
  if (!isSpanList(done, record.identity.sizeBytes) || !samples.every(isSample)) return false;
  record.done = done;
  record.samples = samples;
  return true;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isSpanList(list: readonly unknown[], sizeBytes: number): list is Span[] {
  let at = 0;
  const isNext = (span: unknown): boolean => {
    if (!Array.isArray(span) || span.length !== 2) return false;
    const [start, end] = span as unknown[];
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) return false;
    const isInOrder = at <= Number(start) && Number(start) < Number(end) && Number(end) <= sizeBytes;
    at = Number(end);
    return isInOrder;
  };
  return list.length <= MOST_SPANS && list.every(isNext);
}

function isSample(sample: unknown): sample is Sample {
  if (!Array.isArray(sample) || sample.length !== 2) return false;
  const [position, hex] = sample as unknown[];
  return Number.isSafeInteger(position) && Number(position) >= 0 && typeof hex === "string" && SAMPLE.test(hex);
}
