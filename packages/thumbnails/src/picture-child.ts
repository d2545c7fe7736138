/**
 * Decodes uploaded pictures in a separate process, which is killed when it takes too long or too much memory. It gets
 * no environment, opens nothing by name and answers in a fixed format.
 */
import { readSync, writeSync } from "node:fs";
import { countScans } from "./jpeg-scans.ts";
import { pictureFormat } from "./picture-format.ts";
import {
  HEAD_BYTES,
  LENGTH_BYTES,
  MOST_FRAMES,
  MOST_POINTS,
  MOST_SCANS,
  NO_DECODER_EXIT,
  outcomes,
  THUMBNAIL_POINTS,
} from "./picture-messages.ts";
import { countFrames } from "./webp-frames.ts";

const INPUT = 0;
const OUTPUT = 1;
const QUALITY = 72;

const decoder = await loadDecoder();

/** @returns undefined at the end of the input, which means that the server has ended */
function readWhole(length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const count = readSync(INPUT, bytes, at, length - at, null);
    if (count === 0) return undefined;
    at += count;
  }
  return bytes;
}

function answer(outcome: number, bytes: Uint8Array): void {
  const message = Buffer.alloc(HEAD_BYTES + bytes.length);
  message.writeUInt8(outcome, 0);
  message.writeUInt32BE(bytes.length, 1);
  message.set(bytes, HEAD_BYTES);
  for (let at = 0; at < message.length;) at += writeSync(OUTPUT, message, at);
}

async function loadDecoder() {
  try {
    const { default: sharp } = await import("sharp");
    sharp.concurrency(1);
    sharp.cache(false);
    // Whatever else the library could read, such as SVG and PDF, is not even tried.
    sharp.block({ operation: ["VipsForeignLoad"] });
    sharp.unblock({
      operation: [
        "VipsForeignLoadJpegBuffer",
        "VipsForeignLoadPngBuffer",
        "VipsForeignLoadWebpBuffer",
        "VipsForeignLoadNsgifBuffer",
        "VipsForeignLoadHeifBuffer",
      ],
    });
    return sharp;
  } catch {
    process.exit(NO_DECODER_EXIT);
  }
}

async function make(picture: Buffer): Promise<void> {
  try {
    answer(outcomes.done, await thumbnailOf(picture));
  } catch {
    answer(outcomes.refused, new Uint8Array());
  }
}

/**
 * The announced size and the number of scans or frames are checked before anything is decoded. Only the first picture
 * of an animation is used.
 */
async function thumbnailOf(picture: Buffer): Promise<Buffer> {
  const format = pictureFormat(picture);
  if (format === undefined) throw new Error("This is no picture of a format that is decoded.");
  if (format === "jpeg" && countScans(picture) > MOST_SCANS) throw new Error("This picture has too many scans.");
  if (format === "webp" && countFrames(picture) > MOST_FRAMES) throw new Error("This picture has too many frames.");
  const { width, height } = await decoder(picture, { limitInputPixels: false }).metadata();
  if (width * height > MOST_POINTS) throw new Error("This picture has too many points.");
  // Metadata, including where the picture was taken, is dropped.
  return decoder(picture, { limitInputPixels: MOST_POINTS, failOn: "error", sequentialRead: true })
    .autoOrient()
    .resize(THUMBNAIL_POINTS, THUMBNAIL_POINTS, { fit: "inside", withoutEnlargement: true })
    .webp({ quality: QUALITY })
    .toBuffer();
}

for (;;) {
  const length = readWhole(LENGTH_BYTES)?.readUInt32BE(0);
  if (length === undefined) break;
  const picture = readWhole(length);
  if (picture === undefined) break;
  await make(picture);
}
