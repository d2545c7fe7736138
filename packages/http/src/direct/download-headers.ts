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
  /** Requested by the owner or the link; types that could execute anything stay attachments. */
  isInline: boolean;
  shownAt: ShownAt;
  /** Origin of the site, whose console may frame a PDF; undefined if there is no separate download origin. */
  siteOrigin: string | undefined;
  /** False if ranges are not available. */
  takesRanges: boolean;
}

export interface DownloadHead {
  status: 200 | 206 | 416;
  headers: Record<string, string | number>;
  /** The bytes to send, both ends inclusive; undefined if there are none. */
  span: { start: number; end: number } | undefined;
}

/**
 * Nothing in the bytes may run, or load anything but themselves: for a media file opened directly, the browser creates
 * a document that loads it again from here.
 */
const mediaPolicy = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";

/**
 * For richer types, at the download origin: no script or form, and nothing from anywhere else. The sandbox gives each
 * its own origin. Only the browser's own viewer may be framed, and only by the site: nothing that could imitate one of
 * our pages.
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
 * Status and headers of a file response. The bytes are untrusted: the browser may neither guess their type nor run them
 * in our origin, and no cache may keep them for another person. Never compressed; lengths are exact.
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

/** Head of a zip archive created on the fly: neither its length nor any part of it is known in advance. */
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

/** Headers of a 304 response, after `isNotModified`. */
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

/** Pictures, audio and video, which the console shows from the download origin, which may be another site. */
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
 * Only a plain type goes into the header; text is declared as UTF-8 so that no old charset can be smuggled in, and
 * multipart types are excluded, because browsers extract their parts, with headers chosen by the uploader.
 */
function servedType(contentType: string): string {
  const type = essenceOf(contentType);
  if (/^(multipart|message)\//.test(type)) return "application/octet-stream";
  if (!/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type)) return "application/octet-stream";
  return type.startsWith("text/") ? `${type}; charset=utf-8` : type;
}
