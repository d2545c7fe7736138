import type { RequestedRange } from "./byte-range.ts";
import { contentDisposition } from "./content-disposition.ts";
import { ORIGIN } from "../pages/security-policy.ts";
import { essenceOf, isInert, type ShownAt, shownType } from "./preview-type.ts";

export interface DownloadedFile {
  name: string;
  contentType: string;
  sizeBytes: number;
  /** Quoted, strong: `"…"`. */
  etag: string;
  modifiedAt: Date;
  /** What the owner or the link asked for; types that could run anything stay attachments. */
  isInline: boolean;
  shownAt: ShownAt;
  /** Origin of the site, whose console may show a PDF in a frame; undefined where nothing is shown apart. */
  siteOrigin: string | undefined;
  /** False where parts are not to be had. */
  takesRanges: boolean;
}

export interface DownloadHead {
  status: 200 | 206 | 416;
  headers: Record<string, string | number>;
  /** The bytes to send, both ends inclusive; undefined when there are none. */
  span: { start: number; end: number } | undefined;
}

/**
 * Nothing in the bytes may run, nor load anything but themselves: a media file opened by itself is wrapped in a document
 * of the browser's, which has to load it again from here.
 */
const mediaPolicy = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";

/**
 * For all that is more than that, at the download origin: as it looks by itself, without script or form, with nothing from
 * anywhere. The sandbox makes each an origin of its own. Only the viewer of the browser stands in a frame, and only in one of
 * the site's: what could look like a page of ours is in none.
 */
const documentPolicy = (framedBy: string) =>
  [
    "sandbox",
    "default-src 'none'",
    "img-src data:",
    "media-src data:",
    "font-src data:",
    "style-src 'unsafe-inline'",
    "form-action 'none'",
    "base-uri 'none'",
    `frame-ancestors ${framedBy}`,
  ].join("; ");

/**
 * Status and headers of a file answer. The bytes are somebody else's: the browser may neither guess their type nor run
 * them in our origin, and no cache may keep them for another person. Never compressed, lengths are exact.
 */
export function downloadHeaders(file: DownloadedFile, range: RequestedRange): DownloadHead {
  const { sizeBytes } = file;
  if (range.kind === "unsatisfiable" || range.kind === "multiple") {
    const headers = { ...baseHeaders(file), "Content-Range": `bytes */${sizeBytes}`, "Content-Length": 0 };
    return { status: 416, headers, span: undefined };
  }
  const shown = file.isInline ? shownType(file, file.shownAt) : undefined;
  const headers: DownloadHead["headers"] = {
    ...baseHeaders(file),
    "Content-Type": servedType(shown ?? file.contentType),
    "Content-Disposition": contentDisposition(file.name, shown !== undefined),
  };
  if (range.kind === "whole") {
    const span = sizeBytes === 0 ? undefined : { start: 0, end: sizeBytes - 1 };
    return { status: 200, headers: { ...headers, "Content-Length": sizeBytes }, span };
  }
  const { start, end } = range;
  headers["Content-Range"] = `bytes ${start}-${end}/${sizeBytes}`;
  headers["Content-Length"] = end - start + 1;
  return { status: 206, headers, span: { start, end } };
}

/** Head of a zip archive that is made on the way: neither its length nor any part of it is known before. */
export function archiveHeaders(name: string): Pick<DownloadHead, "status" | "headers"> {
  return {
    status: 200,
    headers: {
      ...bareHeaders,
      "Accept-Ranges": "none",
      "Content-Security-Policy": mediaPolicy,
      "Content-Type": "application/zip",
      "Content-Disposition": contentDisposition(`${name}.zip`, false),
    },
  };
}

/** Headers of the 304 that `isNotModified` calls for. */
export function notModifiedHeaders(file: DownloadedFile): Record<string, string> {
  return baseHeaders(file);
}

function baseHeaders(file: DownloadedFile): Record<string, string> {
  return {
    ...bareHeaders,
    ...(isShownApart(file) ? { "Cross-Origin-Resource-Policy": "cross-origin" } : {}),
    "Accept-Ranges": file.takesRanges ? "bytes" : "none",
    ETag: file.etag,
    "Last-Modified": file.modifiedAt.toUTCString(),
    "Content-Security-Policy": policyOf(file),
  };
}

const bareHeaders = {
  "Cache-Control": "private, no-cache, no-transform",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-site",
  "Referrer-Policy": "no-referrer",
};

/** Pictures, sound and film, which the console shows from the origin of downloads: that may be of another site. */
function isShownApart(file: DownloadedFile): boolean {
  const type = file.isInline && file.shownAt === "download-origin" ? shownType(file, file.shownAt) : undefined;
  return type !== undefined && type !== "text/plain" && isInert(type);
}

function policyOf(file: DownloadedFile): string {
  const type = file.isInline ? shownType(file, file.shownAt) : undefined;
  if (type === undefined || isInert(type)) return mediaPolicy;
  const { siteOrigin = "" } = file;
  return documentPolicy(type === "application/pdf" && ORIGIN.test(siteOrigin) ? siteOrigin : "'none'");
}

/**
 * Only a plain type passes into the header; text is declared UTF-8 so that no old charset can be smuggled in, and none of
 * the types whose parts browsers take out, with headers of the uploader's own.
 */
function servedType(contentType: string): string {
  const type = essenceOf(contentType);
  if (/^(multipart|message)\//.test(type)) return "application/octet-stream";
  if (!/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type)) return "application/octet-stream";
  return type.startsWith("text/") ? `${type}; charset=utf-8` : type;
}
