import { ArgumentError } from "../errors.ts";
import { LEAF_BYTES } from "../files/manifest-format.ts";
import { partCountOf, type PartedBlob, type PartPlan, type StoredPart, type StoredTail } from "../ports/blob-store.ts";
import type { UploadedFile } from "../uploads/upload-session.ts";

const MIB = 1024 ** 2;
const DAY_MS = 24 * 3_600_000;
/** So that a part consists of whole leaves. */
const UNIT_BYTES = LEAF_BYTES;
/** Like S3's rules, so that every store accepts what we accept. */
const LEAST_PART_BYTES = 8 * MIB;
const MOST_PART_BYTES = 1024 * MIB;
const MOST_PARTS = 10_000;

/** From its last part: longer than a machine is off over a weekend, shorter than stores keep abandoned uploads. */
export const PART_UPLOAD_LIFE_MS = 7 * DAY_MS;
/**
 * From its creation until the first part arrives: enough for a client that pauses, without a week of quota for one that
 * was killed.
 */
export const EMPTY_UPLOAD_LIFE_MS = DAY_MS;
/**
 * After this long without bytes, the upload counts as paused. A line of 64 kbit/s sends the smallest part in this time.
 */
export const UPLOAD_PAUSE_MS = 20 * 60_000;
/** How long `complete` can be repeated with the same answer. */
export const COMPLETED_LIFE_MS = DAY_MS;
/** Incomplete uploads per account. */
export const MOST_OPEN_UPLOADS = 500;
/** Completed uploads kept per account, for clients that ask again. */
export const MOST_COMPLETED_UPLOADS = 500;

/** A file uploaded in parts, from the start of the upload until a while after its completion. */
export interface PartUpload {
  readonly id: string;
  readonly accountId: string;
  readonly folderId: number;
  readonly name: string;
  readonly contentType: string;
  readonly domain: number;
  readonly passwordHash: string | undefined;
  readonly blob: PartedBlob;
  readonly createdAt: Date;
  /** When it ends unless more arrives. */
  readonly expiresAt: Date;
  readonly receivedParts: number;
  /** For a stream these are the first bytes of the file, including an incomplete part. */
  readonly receivedBytes: number;
  /** For an upload sent from its first byte to its last, in requests of any length. */
  readonly stream: UploadStream | undefined;
  /** Undefined: its file gets a link at the end, and nobody can be told about it before. */
  readonly link: PromisedLink | undefined;
  /** As it was when the upload was completed, whatever happened to the file since. */
  readonly file: UploadedFile | undefined;
}

/** The link of a file, given out before its bytes are there. Its pace is measured from the end of the last pause. */
export interface PromisedLink {
  /** Id of the future file. */
  readonly id: string;
  readonly pacedSince: Date;
  /** Bytes that had arrived by then. */
  readonly pacedBytes: number;
  readonly lastBytesAt: Date;
}

export interface UploadStream {
  /** Given by the client at creation, and returned to it. */
  readonly metadata: string;
  /** The beginning of the next part. */
  readonly tail: ReceivedTail | undefined;
}

/** The first bytes of a part, which are durable. */
export interface ReceivedTail extends StoredTail {
  /** Digests of its leaves, concatenated; the last leaf is incomplete. */
  readonly leaves: Uint8Array;
}

/** A part that is durable and matches the digests its sender gave. */
export interface ReceivedPart extends StoredPart {
  /**
   * 64 lower-case hexadecimal digits; "" if none was given: for parts of a stream, and parts verified by their leaves.
   */
  readonly sha256: string;
  /** Digests of its leaves, concatenated; empty if received by an earlier release of the server. */
  readonly leaves: Uint8Array;
}

/**
 * @param partBytes undefined: the smallest possible size
 * @throws {DomainError} `bad-argument`
 */
export function planParts(sizeBytes: number, partBytes: number | undefined): PartPlan {
  if (sizeBytes < 1) throw badPlan("An upload in parts needs at least one byte; send empty files in a single request.");
  return planStream(sizeBytes, partBytes);
}

/** What is recorded with bytes that arrive now. */
export const arrivalAt = (now: Date) => ({ at: now, expiresAt: new Date(now.getTime() + PART_UPLOAD_LIFE_MS) });

/** Like `planParts`, but also for an empty file. */
export function planStream(sizeBytes: number, partBytes?: number): PartPlan {
  const plan = { sizeBytes, partBytes: partBytes ?? leastPartBytes(sizeBytes) };
  if (plan.partBytes % UNIT_BYTES !== 0 || plan.partBytes < LEAST_PART_BYTES || plan.partBytes > MOST_PART_BYTES) {
    throw badPlan(
      `The size of a part must be a multiple of ${UNIT_BYTES} bytes, from ${LEAST_PART_BYTES} to ${MOST_PART_BYTES}.`,
    );
  }
  if (partCountOf(plan) > MOST_PARTS) {
    throw badPlan(`An upload can have up to ${MOST_PARTS} parts; this one would have ${partCountOf(plan)}.`);
  }
  return plan;
}

function leastPartBytes(sizeBytes: number): number {
  return Math.max(LEAST_PART_BYTES, Math.ceil(sizeBytes / MOST_PARTS / UNIT_BYTES) * UNIT_BYTES);
}

const badPlan = (text: string) => new ArgumentError("other", `${text} Nothing was stored.`);
