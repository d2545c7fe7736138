/** Formats with thumbnails. */
export type PictureFormat = "jpeg" | "png" | "gif" | "webp" | "avif";

/**
 * The format according to the first bytes, whatever the name and the type say; undefined for everything that is not
 * decoded, including SVG.
 */
export function pictureFormat(bytes: Uint8Array): PictureFormat | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 32)).toString("latin1");
  if (text.startsWith("\u00FF\u00D8\u00FF")) return "jpeg";
  if (text.startsWith("\u0089PNG\r\n\u001A\n")) return "png";
  if (/^GIF8[79]a/.test(text)) return "gif";
  if (/^RIFF.{4}WEBP/s.test(text)) return "webp";
  return /^.{4}ftyp(?:avif|avis|mif1.{0,16}avif)/s.test(text) ? "avif" : undefined;
}
