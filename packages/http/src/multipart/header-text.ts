import { isUtf8 } from "node:buffer";

const windows1252 = new TextDecoder("windows-1252");

/**
 * Text of header bytes stored one per character. Clients send raw UTF-8; anything else comes from an old Windows
 * program.
 */
export function decodeHeaderBytes(latin1: string): string {
  const bytes = Buffer.from(latin1, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : windows1252.decode(bytes);
}

/** Text of bytes in a named charset; undefined if the charset is unknown or the bytes are not valid in it. */
export function decodeCharset(bytes: Buffer, charset: string): string | undefined {
  try {
    // The decoder treats "us-ascii" and "iso-8859-1" as windows-1252, which accepts any byte.
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Bytes, one per character, of text in which `%XX` stands for a byte. */
export function percentDecoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Text of an RFC 8187 value such as `UTF-8''na%C3%AFve.txt`; undefined if it is not one. */
export function decodeExtendedValue(value: string): string | undefined {
  const [charset = "", language, ...rest] = value.split("'");
  if (language === undefined || rest.length === 0) return undefined;
  return decodeCharset(Buffer.from(percentDecoded(rest.join("'")), "latin1"), charset);
}

const encodedWord = /=\?([\w.:-]{1,40})(?:\*[\w-]{0,20})?\?([bq])\?([^?]*)\?=/gi;

/**
 * MIME's encoded words (RFC 2047), which mail-oriented programs use in names: `=?utf-8?B?w6k=?=`. Undefined if there
 * are none, or one cannot be decoded: the text is then best left as it is.
 */
export function decodeEncodedWords(text: string): string | undefined {
  const words = [...text.matchAll(encodedWord)];
  if (words.length === 0) return undefined;
  let decoded = "";
  let end = 0;
  let run: { charset: string; bytes: Buffer[] } | undefined;
  const flush = (): boolean => {
    const part = run === undefined ? "" : decodeCharset(Buffer.concat(run.bytes), run.charset);
    run = undefined;
    decoded += part ?? "";
    return part !== undefined;
  };
  for (const { index, 0: whole, 1: charset = "", 2: kind = "", 3: body = "" } of words) {
    const between = text.slice(end, index);
    end = index + whole.length;
    // Spaces between two words belong to neither, and a character may be split between them.
    const isJoined = run !== undefined && /^[ \t]*$/.test(between);
    if (!isJoined || run?.charset !== charset.toLowerCase()) {
      if (!flush()) return undefined;
      if (!isJoined) decoded += between;
      run = { charset: charset.toLowerCase(), bytes: [] };
    }
    if (kind.toLowerCase() === "b" && !/^[A-Za-z0-9+/]*={0,2}$/.test(body)) return undefined;
    run.bytes.push(kind.toLowerCase() === "b" ? Buffer.from(body, "base64") : fromQ(body));
  }
  return flush() ? decoded + text.slice(end) : undefined;
}

function fromQ(body: string): Buffer {
  const bytes = body
    .replaceAll("_", " ")
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1");
}
