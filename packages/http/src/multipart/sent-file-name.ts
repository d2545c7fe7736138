import { decodeEncodedWords, decodeExtendedValue, decodeHeaderBytes, percentDecoded } from "./header-text.ts";
import { decodeCharset } from "./header-text.ts";
import { MultipartError } from "./multipart-error.ts";

type Params = ReadonlyMap<string, string>;

/** What writes the multipart body: browsers escape names in their own way. */
export type BodyWriter = "browser" | "program";

/**
 * The name of a file as sent, in the order of RFC 6266: `filename*` first if it can be decoded, then its continuations
 * (RFC 2231), then `filename`, with MIME's encoded words or browsers' escapes decoded. Undefined if the part is not a
 * file.
 * @throws {MultipartError} `unreadable-name` rather than storing it under a garbled name
 */
export function sentFileName(params: Params, writer: BodyWriter): string | undefined {
  const [extended, plain] = [params.get("filename*"), params.get("filename")];
  const isContinued = [...params.keys()].some((key) => continuation.test(key));
  if (extended === undefined && plain === undefined && !isContinued) return undefined;
  const best = (extended === undefined ? undefined : decodeExtendedValue(extended)) || joinedName(params);
  if (best !== undefined && best !== "") return best;
  if (plain === undefined) {
    if (extended !== undefined && /^[^']*'[^']*'$/.test(extended)) return "";
    throw new MultipartError("unreadable-name");
  }
  const text = decodeHeaderBytes(plain);
  if (writer === "browser") return text.replace(/%(?:22|0D|0A)/g, (escape) => percentDecoded(escape));
  return decodeEncodedWords(text) ?? text;
}

const continuation = /^filename\*\d+\*?$/;

/** The pieces `filename*0`, `filename*1*` and so on, joined; undefined if there are none, or one is missing. */
function joinedName(params: Params): string | undefined {
  let [bytes, charset, count] = ["", undefined as string | undefined, 0];
  for (; ; count += 1) {
    const encoded = params.get(`filename*${count}*`);
    const piece = encoded ?? params.get(`filename*${count}`);
    if (piece === undefined) break;
    const [, named, rest] = (count === 0 && encoded !== undefined && /^([^']*)'[^']*'(.*)$/s.exec(piece)) || [];
    charset = named ?? charset;
    bytes += encoded === undefined ? piece : percentDecoded(rest ?? piece);
  }
  const given = [...params.keys()].filter((key) => continuation.test(key)).length;
  if (count === 0 || given > count) return undefined;
  return charset === undefined ? decodeHeaderBytes(bytes) : decodeCharset(Buffer.from(bytes, "latin1"), charset);
}
