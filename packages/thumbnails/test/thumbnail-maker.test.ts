import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { deflateSync } from "node:zlib";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { PictureRefusedError } from "@consigne/core";
import { ProcessThumbnailMaker } from "../src/index.ts";

const never = new AbortController().signal;

/** A picture as the blob store returns it. */
function stored(bytes: Uint8Array) {
  let at = 0;
  return {
    sizeBytes: bytes.length,
    read: async (buffer: Uint8Array) => {
      const part = bytes.subarray(at, at + buffer.length);
      buffer.set(part);
      at += part.length;
      return part.length;
    },
  };
}

const red = { r: 200, g: 20, b: 20 };
const blue = sharp({ create: { width: 50, height: 50, channels: 3, background: { r: 0, g: 0, b: 255 } } });
const plain = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: red } });

/** A PNG that announces any size and contains almost nothing. */
function announcing(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = chunk("IDAT", deflateSync(Buffer.alloc(1000)));
  return Buffer.concat([signature, chunk("IHDR", head), data, chunk("IEND", Buffer.alloc(0))]);
}

/** A progressive JPEG that goes over its pixels so many times more, with nothing new. */
async function repeating(times: number): Promise<Buffer> {
  const whole = await plain(64, 64).greyscale().jpeg({ progressive: true }).toBuffer();
  const scan = Buffer.from(whole.subarray(whole.lastIndexOf(Buffer.from([0xff, 0xda])), -2));
  // Instead of refining the values, it sets them.
  scan[9] = 0;
  return Buffer.concat([whole.subarray(0, -2), ...Array<Buffer>(times).fill(scan), whole.subarray(-2)]);
}

/** An animated WebP with so many frames more. */
async function prolonged(times: number): Promise<Buffer> {
  const frames = await Promise.all([plain(50, 50).png().toBuffer(), blue.png().toBuffer()]);
  const whole = await sharp(frames, { join: { animated: true } })
    .webp()
    .toBuffer();
  const last = whole.subarray(whole.lastIndexOf("ANMF"));
  const longer = Buffer.concat([whole, ...Array<Buffer>(times).fill(last)]);
  longer.writeUInt32LE(longer.length - 8, 4);
  return longer;
}

suite("the process that decodes images", () => {
  const maker = new ProcessThumbnailMaker();
  after(() => maker[Symbol.asyncDispose]());
  const make = (bytes: Uint8Array) => maker.make(stored(bytes), never);
  const refuses = (bytes: Uint8Array) => assert.rejects(make(bytes), PictureRefusedError);

  for (const format of ["jpeg", "png", "webp", "gif", "avif"] as const) {
    test(`makes a WebP of at most 320 pixels from ${format}`, async () => {
      const created = await sharp(await make(await plain(800, 400).toFormat(format).toBuffer())).metadata();
      assert.deepEqual([created.format, created.width, created.height], ["webp", 320, 160]);
    });
  }

  test("turns an image upright, and keeps no other metadata", async () => {
    const turned = await plain(600, 300)
      .withExif({ IFD0: { Copyright: "somebody" }, IFD3: { GPSLatitudeRef: "N" } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const bytes = await make(turned);
    const created = await sharp(bytes).metadata();
    assert.deepEqual([created.width, created.height], [160, 320]);
    assert.deepEqual(
      [created.exif, created.xmp, created.iptc, created.orientation],
      [undefined, undefined, undefined, undefined],
    );
    assert.ok(!Buffer.from(bytes).includes("somebody"));
  });

  test("takes the first frame of an animation", async () => {
    const frames = await Promise.all([plain(50, 50).png().toBuffer(), blue.png().toBuffer()]);
    const animated = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    assert.equal((await sharp(animated, { animated: true }).metadata()).pages, 2);
    const created = await make(animated);
    const { pages } = await sharp(created).metadata();
    const { dominant } = await sharp(created).stats();
    assert.equal(pages, undefined);
    assert.ok(dominant.r > 150 && dominant.b < 100);
  });

  test("keeps a small image small", async () => {
    const created = await sharp(await make(await plain(20, 10).png().toBuffer())).metadata();
    assert.deepEqual([created.width, created.height], [20, 10]);
  });

  test("refuses what is not an image, above all SVG, whatever it claims to be", async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>';
    await refuses(Buffer.from(svg));
    await refuses(Buffer.from(`<?xml version="1.0"?>${svg}`));
    await refuses(Buffer.from("%PDF-1.7\n"));
    await refuses(Buffer.from("II*\0\b\0\0\0"));
    await refuses(new Uint8Array(1));
  });

  test("refuses an image that announces too many pixels, before decoding any", async () => {
    await refuses(announcing(60_000, 60_000));
    await refuses(announcing(2 ** 31 - 1, 2 ** 31 - 1));
    await refuses(announcing(0, 10));
  });

  test("refuses a JPEG with hundreds of scans, and takes one with many, whatever follows it", async () => {
    await refuses(await repeating(300));
    const film = Buffer.alloc(4000, Buffer.from([0xff, 0xda, 0, 2]));
    const created = await sharp(await make(Buffer.concat([await repeating(50), film]))).metadata();
    assert.deepEqual([created.width, created.height], [64, 64]);
  });

  test("refuses a WebP with more than ten thousand frames, and takes one with a thousand", async () => {
    await refuses(await prolonged(10_000));
    const created = await sharp(await make(await prolonged(1000))).metadata();
    assert.deepEqual([created.width, created.height], [50, 50]);
  });

  test("refuses a truncated image", async () => {
    const whole = await plain(800, 400).jpeg({ quality: 100 }).toBuffer();
    await refuses(whole.subarray(0, whole.length / 2));
    await refuses(whole.subarray(0, 12));
    await refuses(announcing(2000, 2000));
  });

  test("continues after a refusal, and after a cancelled image", async () => {
    await refuses(Buffer.from("nothing"));
    const stop = new AbortController();
    const hanging = { sizeBytes: 1000, read: () => new Promise<number>(() => stop.abort(new Error("called off"))) };
    await assert.rejects(maker.make(hanging, stop.signal), /called off/);
    assert.ok((await make(await plain(9, 9).png().toBuffer())).length > 0);
  });

  test("ends an image that takes too long", async () => {
    await using hasty = new ProcessThumbnailMaker({ mostMs: 1 });
    await assert.rejects(hasty.make(stored(await plain(9, 9).png().toBuffer()), never), { name: "TimeoutError" });
  });

  test("reports an image whose bytes cannot be read", async () => {
    const failing = { sizeBytes: 1000, read: () => Promise.reject(new Error("disk gone")) };
    await assert.rejects(maker.make(failing, never), /disk gone/);
    const short = { sizeBytes: 1000, read: async () => 0 };
    await assert.rejects(maker.make(short, never), /short/);
  });
});
