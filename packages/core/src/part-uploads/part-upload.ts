import { ArgumentError } from "../errors.ts";
import { LEAF_BYTES } from "../files/manifest-format.ts";
import { partCountOf, type PartedBlob, type PartPlan, type StoredPart, type StoredTail } from "../ports/blob-store.ts";
import type { UploadedFile } from "../uploads/upload-session.ts";

const MIB = 1024 ** 2;
const DAY_MS = 24 * 3_600_000;
/** So that a part is made of whole leaves. */
const UNIT_BYTES = LEAF_BYTES;
/** As S3's rules, so that every store takes what we take. */
const LEAST_PART_BYTES = 8 * MIB;
const MOST_PART_BYTES = 1024 * MIB;
const MOST_PARTS = 10_000;

/** From its last part: longer than a machine is away for a week-end, shorter than stores keep what nobody asks for. */
export const PART_UPLOAD_LIFE_MS = 7 * DAY_MS;
/** From its creation until a part comes: enough for a client that pauses, and no week of quota for one that was killed. */
export const EMPTY_UPLOAD_LIFE_MS = DAY_MS;
/** Nothing comes for so long: it pauses. A line of 64 kbit/s sends the least part in this time. */
export const UPLOAD_PAUSE_MS = 20 * 60_000;
/** How long `complete` goes on answering what it answered. */
export const COMPLETED_LIFE_MS = DAY_MS;
/** Of one account that are not complete. */
export const MOST_OPEN_UPLOADS = 500;
/** Of one account that are, for those who ask again. */
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
  /** In a while when nothing more comes of it. */
  readonly expiresAt: Date;
  readonly receivedParts: number;
  /** Of one that comes as a stream they are the first ones of the file, whole parts or not. */
  readonly receivedBytes: number;
  /** How one comes that is sent from its first byte to its last, in requests of any length. */
  readonly stream: UploadStream | undefined;
  /** Undefined: its file gets one at the end, and nobody can be told of it before. */
  readonly link: PromisedLink | undefined;
  /** Kept as it was when the upload was completed, whatever becomes of the file. */
  readonly file: UploadedFile | undefined;
}

/** The link of a file that is told before its bytes are there. Its pace is measured from the end of the last pause on. */
export interface PromisedLink {
  /** Of the file that the upload becomes. */
  readonly id: string;
  readonly pacedSince: Date;
  /** Bytes that had come by then. */
  readonly pacedBytes: number;
  readonly lastBytesAt: Date;
}

export interface UploadStream {
  /** As the client gave it at creation, and is told again. */
  readonly metadata: string;
  /** What there is of the part that comes next. */
  readonly tail: ReceivedTail | undefined;
}

/** The first bytes of a part, which are durable. */
export interface ReceivedTail extends StoredTail {
  /** Digests of its leaves, the last of which is not whole, one after the other. */
  readonly leaves: Uint8Array;
}

/** One part that is durable and had the digests that its sender named. */
export interface ReceivedPart extends StoredPart {
  /** 64 lower-case hexadecimal digits; "" where none was named: of a part of a stream, and of one that was proved by its leaves. */
  readonly sha256: string;
  /** Digests of its leaves, one after the other; empty when it came to an earlier version of the server. */
  readonly leaves: Uint8Array;
}

/**
 * @param partBytes undefined: the least that will do
 * @throws {DomainError} `bad-argument`
 */
export function planParts(sizeBytes: number, partBytes: number | undefined): PartPlan {
  if (sizeBytes < 1) throw badPlan("An upload in parts needs at least one byte; send empty files in a single request.");
  return planStream(sizeBytes, partBytes);
}

/** What is noted with bytes that come now. */
export const arrivalAt = (now: Date) => ({ at: now, expiresAt: new Date(now.getTime() + PART_UPLOAD_LIFE_MS) });

/** As `planParts`, but also of nothing. */
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
