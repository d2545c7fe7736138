import { type BodyWriter, sentFileName } from "./sent-file-name.ts";
import { decodeHeaderBytes } from "./header-text.ts";
import { parseHeaderParams } from "./header-params.ts";
import { MultipartError } from "./multipart-error.ts";

/** Longest Content-Disposition accepted: a name of any sane length fits, a flood of bytes does not. */
const maxDispositionChars = 16 * 1024;
/** RFC 2046 allows 70; some programs write more. */
const maxBoundaryChars = 200;
const mediaType = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}(?:;[\t\x20-\x7e]{0,100})?$/;

/** The information in a part's headers. */
export interface PartHead {
  fieldName: string;
  /** As sent, including the path; undefined for a form field. */
  sentFileName: string | undefined;
  contentType: string | undefined;
  /** The charset that a form field declares. */
  charset: string | undefined;
}

/**
 * The boundary in a Content-Type, quoted or not.
 * @throws {MultipartError} `not-multipart`
 */
export function multipartBoundary(contentType: string | undefined): string {
  const { value, params } = parseHeaderParams(contentType ?? "");
  const boundary = params.get("boundary") ?? "";
  if (value !== "multipart/form-data" || boundary === "" || boundary.length > maxBoundaryChars) {
    throw new MultipartError("not-multipart");
  }
  return boundary;
}

/**
 * Chromium, Safari and Firefox use boundaries of these forms, and no page can choose others for a form. Their escapes
 * in names (in the HTML standard `%22`, `%0D` and `%0A`, and none for `%` itself) cannot be distinguished from names
 * that contain such text, so they only count if the request also shows that it comes from a page.
 */
const browserBoundary = /^(?:-{4}WebKitFormBoundary[A-Za-z0-9]{16}|-{4}geckoformboundary[0-9a-f]+|-{27}\d+)$/;

export function bodyWriter(boundary: string, { tellsOfPage }: { tellsOfPage: boolean }): BodyWriter {
  return tellsOfPage && browserBoundary.test(boundary) ? "browser" : "program";
}

/**
 * Reads the headers of a part, in any order. `headers` has one byte per character.
 * @throws {MultipartError} `malformed` if there is no usable Content-Disposition, `unreadable-name`, `encoded-part`
 */
export function readPartHead(headers: Record<string, string[] | undefined>, writer: BodyWriter): PartHead {
  const disposition = headers["content-disposition"]?.[0];
  if (disposition === undefined || disposition.length > maxDispositionChars) throw new MultipartError("malformed");
  const { params } = parseHeaderParams(disposition);
  refuseEncoding(headers["content-transfer-encoding"]?.[0]);
  const contentType = headers["content-type"]?.[0]?.trim() ?? "";
  return {
    fieldName: decodeHeaderBytes(params.get("name") ?? ""),
    sentFileName: sentFileName(params, writer),
    contentType: mediaType.test(contentType) ? contentType : undefined,
    charset: parseHeaderParams(contentType).params.get("charset"),
  };
}

/** RFC 7578 deprecated encoded parts, but some mail-oriented programs still write them. */
function refuseEncoding(encoding: string | undefined): void {
  const word = encoding?.trim().toLowerCase() ?? "";
  if (/^(?:|7bit|8bit|binary|identity)$/.test(word)) return;
  const shown = /^[\w-]{1,40}$/.test(word) ? word : "of an unknown kind";
  throw new MultipartError("encoded-part", {
    detail: `A part has the Content-Transfer-Encoding ${shown}; send its bytes as they are. Nothing was stored.`,
  });
}
