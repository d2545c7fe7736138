import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeQR } from "qr/decode.js";
import { qrPicture } from "./qr-picture.ts";

const DOT = 4;

/** The picture as pixels, as a camera would see it. */
function pointsOf(picture: string): { width: number; height: number; data: Uint8Array } {
  const size = Number(/viewBox="0 0 (\d+) /.exec(picture)?.[1]);
  const width = size * DOT;
  const data = new Uint8Array(width * width * 4).fill(255);
  for (const [, x, y] of picture.matchAll(/M(\d+) (\d+)h1v1h-1z/g))
    for (let row = 0; row < DOT; row++) {
      const from = ((Number(y) * DOT + row) * width + Number(x) * DOT) * 4;
      for (let at = from; at < from + DOT * 4; at++) if (at % 4 !== 3) data[at] = 0;
    }
  return { width, height: width, data };
}

test("a QR code contains the link it was made from", () => {
  for (const link of [
    "https://1fichier.com/?abcdefghij0123456789",
    "http://192.168.1.10:8080/?abcdefghij0123456789",
    `https://${"long-name.".repeat(20)}example/?abcdefghij0123456789`,
  ]) {
    assert.equal(decodeQR(pointsOf(qrPicture(link) ?? "")), link);
  }
});

test("no QR code is made of a link too long for a camera", () => {
  assert.equal(qrPicture(`https://${"x".repeat(500)}`), undefined);
});
