const MARKER = 0xff;
const START_OF_IMAGE = 0xd8;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;

/** The passes over its pixels in which a JPEG is stored, up to its end; what follows that is not decoded. */
export function countScans(jpeg: Buffer): number {
  let count = 0;
  for (let at = jpeg.indexOf(MARKER); at !== -1 && at + 4 <= jpeg.length;) {
    const code = jpeg.readUInt8(at + 1);
    if (code === END_OF_IMAGE) break;
    if (code === START_OF_SCAN) count++;
    const end = code === MARKER ? at + 1 : at + 2 + (isAlone(code) ? 0 : jpeg.readUInt16BE(at + 2));
    at = jpeg.indexOf(MARKER, end);
  }
  return count;
}

/** Markers without a length, and a byte of a scan that only looks like one. */
const isAlone = (code: number): boolean => code <= 0x01 || (code >= 0xd0 && code <= START_OF_IMAGE);
