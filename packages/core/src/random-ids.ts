import { randomFillSync } from "node:crypto";

const LOWER = "abcdefghijklmnopqrstuvwxyz0123456789";
const MIXED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Random bytes generated at a time: the generator needs as long for all of them as for one. */
const DRAWN_BYTES = 2048;
const drawn = Buffer.alloc(DRAWN_BYTES);
let next = DRAWN_BYTES;

/** Each is used once and not kept. */
function randomByte(): number {
  if (next === DRAWN_BYTES) {
    randomFillSync(drawn);
    next = 0;
  }
  const byte = drawn[next] ?? 0;
  drawn[next] = 0;
  next += 1;
  return byte;
}

/** Uniform choice from `alphabet`: bytes past the last whole multiple are skipped. */
function randomText(alphabet: string, length: number): string {
  const limit = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < length) {
    const byte = randomByte();
    if (byte < limit) text += alphabet[byte % alphabet.length];
  }
  return text;
}

/** 20 lower-case letters and digits: JDownloader cuts longer ids and does not know capitals. */
export const newFileId = (): string => randomText(LOWER, 20);
/** 8 letters and digits, for `/remove/ID/CODE`. */
export const newRemovalCode = (): string => randomText(MIXED, 8);
/** 8 letters and digits, for `/dir/ID`. */
export const newPublicShareId = (): string => randomText(MIXED, 8);
/** Exactly 10 letters and digits: rclone refuses anything else. */
export const newUploadId = (): string => randomText(MIXED, 10);
/** 40 letters and digits: whoever knows it may download the file, so it must not be guessable. */
export const newDownloadTokenText = (): string => randomText(MIXED, 40);
/** 40 letters and digits: whoever knows it is signed in. */
export const newSessionToken = (): string => randomText(MIXED, 40);
/** 40 letters and digits: whoever knows it may set the password of an account. */
export const newMailedToken = (): string => randomText(MIXED, 40);
/** 32 letters and digits: JDownloader takes any other length for a password. */
export const newApiKeyText = (): string => randomText(MIXED, 32);
/** Opaque key of a blob; lower case so that it is safe on a case-insensitive disk. */
export const newBlobKey = (): string => randomText(LOWER, 32);
/** Id of an account, key or audit record: never shown in a link. */
export const newRecordId = (): string => randomText(LOWER, 16);
/** Password for a first administrator. */
export const newPasswordText = (): string => randomText(MIXED, 20);
