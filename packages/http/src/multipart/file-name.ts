import { isUtf8 } from "node:buffer";

const nameless = "file";
const windows1252 = new TextDecoder("windows-1252");

/**
 * The name a file is kept under. Only the part after the last `/` or `\` counts (a Python client sends the full local
 * path, a Java one relative paths; the real service ignores path parts), the rest stays as it is: no trimming, no
 * normalisation, no percent decoding (rclone compares names exactly, and `%22` is a legal part of a name).
 * Control characters become their visible pictures, the same ones rclone shows them as.
 */
export function keptFileName(sent: string): string {
  const base = sent.slice(Math.max(sent.lastIndexOf("/"), sent.lastIndexOf("\\")) + 1);
  if (base === "" || base === "." || base === "..") return nameless;
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return base.replace(/[\u0000-\u001f\u007f]/g, pictureOf);
}

function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  return String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code);
}

/**
 * Text of header bytes that are held one per character. Clients send raw UTF-8; what is not UTF-8 comes from an old
 * Windows program.
 */
export function decodeHeaderBytes(latin1: string): string {
  const bytes = Buffer.from(latin1, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : windows1252.decode(bytes);
}

/** Text of an RFC 5987 value such as `UTF-8''na%C3%AFve.txt`; undefined when it is not one. */
export function decodeExtendedValue(value: string): string | undefined {
  const [charset, , ...rest] = value.split("'");
  if (rest.length === 0 || !/^(utf-8|iso-8859-1)$/i.test(charset ?? "")) return undefined;
  const bytes = rest.join("'").replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return charset?.toLowerCase() === "utf-8" ? decodeHeaderBytes(bytes) : bytes;
}
