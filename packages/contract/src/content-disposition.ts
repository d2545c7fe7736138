/** More than any file system accepts, so that whoever stores the file decides what is too long. */
const LONGEST_NAME = 1024;
const PARAMETER = /;\s*([!#$%&'*+.^_`|~\w-]+)\s*=\s*("(?:\\.|[^"\\])*"?|[^;]*)/gs;
const EXTENDED = /^([\w-]+)'[^']*'(.*)$/s;
const ENCODED_WORDS = /=\?([\w-]+)(?:\*[\w-]*)?\?([bq])\?([^?]*)\?=(?:\s+(?==\?))?/gi;

/**
 * The file name in a Content-Disposition (RFC 6266, and what browsers accept besides): `filename*` wins over
 * `filename`, in any order; raw UTF-8 or Latin-1; MIME encoded words. Undefined if there is none.
 *
 * Used by the server for what it fetches and by the client library, so it must not depend on Node.
 * @param header one byte per character, as Node and `fetch` give it; a header that is already decoded, as some runtimes
 * give it, works too
 */
export function contentDispositionName(header: string): string | undefined {
  const parameters = new Map<string, string>();
  // Servers that leave out the type begin with the name.
  const text = /^\s*filename\*?\s*=/i.test(header) ? `;${header}` : header;
  for (const [, name = "", value = ""] of text.matchAll(PARAMETER)) {
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, unquoted(value));
  }
  const extended = parameters.get("filename*");
  const plain = parameters.get("filename");
  const name = (extended && extendedValue(extended)) ?? (plain && plainValue(plain));
  return name === undefined || name === "" ? undefined : shortened(name);
}

/** Keeps backslashes that escape nothing: some servers send Windows paths. */
function unquoted(value: string): string {
  const trimmed = value.trim();
  return trimmed.startsWith('"') ? trimmed.replace(/^"|(?<!\\)"$/g, "").replaceAll(/\\(["\\])/g, "$1") : trimmed;
}

function extendedValue(value: string): string | undefined {
  const [, charset = "", encoded = ""] = EXTENDED.exec(value) ?? [];
  const bytes = percentBytes(unquoted(encoded));
  return bytes === undefined || encoded === "" ? undefined : decoded(bytes, charset);
}

function percentBytes(text: string): Uint8Array | undefined {
  if (/%(?![\da-f]{2})/i.test(text)) return undefined;
  return bytesOf(text.replaceAll(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16))));
}

/** Undefined if a character is not a single byte. */
function bytesOf(text: string): Uint8Array | undefined {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return bytes.length === text.length && bytes.every((byte, at) => byte === text.charCodeAt(at)) ? bytes : undefined;
}

function base64Bytes(text: string): Uint8Array | undefined {
  try {
    return bytesOf(atob(text));
  } catch {
    return undefined;
  }
}

function plainValue(value: string): string {
  const words = value.replaceAll(ENCODED_WORDS, (word, charset: string, kind: string, text: string) => {
    const bytes = kind.toLowerCase() === "b" ? base64Bytes(text) : quotedPrintable(text);
    return (bytes && decoded(bytes, charset)) ?? word;
  });
  if (words !== value) return words;
  const bytes = bytesOf(value);
  return (bytes && (decoded(bytes, "utf-8") ?? decoded(bytes, "windows-1252"))) ?? value;
}

const quotedPrintable = (text: string): Uint8Array | undefined =>
  percentBytes(text.replaceAll("%", "=25").replaceAll("_", "=20").replaceAll("=", "%"));

/** Undefined if the bytes do not match the charset, or the charset is unknown. */
function decoded(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Cuts between whole characters, and keeps the file extension. */
function shortened(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  const ending = /\.[^.]{1,16}$/s.exec(name)?.[0] ?? "";
  return `${name.slice(0, LONGEST_NAME - ending.length)}${ending}`.toWellFormed();
}
