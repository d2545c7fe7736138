import type { PageContext } from "./page-context.ts";
import { styleSources } from "./style-sheet.ts";

/** An origin that may appear in a policy. */
export const ORIGIN = /^https?:\/\/[a-z0-9.:[\]-]+$/;

/**
 * For every page made here: no scripts, no framing, nothing from elsewhere. Browsers apply `form-action` to redirects
 * after a form as well: to the download origin, or to another host of 1fichier.com.
 */
export function pageSecurityPolicy({ site, downloadUrl }: Pick<PageContext, "site" | "downloadUrl">): string {
  const [origin, downloads] = [site, downloadUrl ?? ""].map((url) => URL.parse(url)?.origin.toLowerCase() ?? "");
  const isOriginal = origin === "https://1fichier.com";
  const targets = [
    "'self'",
    ...[origin, downloads].filter((each) => each !== undefined && ORIGIN.test(each)),
    ...(isOriginal ? ["https://*.1fichier.com"] : []),
  ];
  return [
    "default-src 'none'",
    `style-src ${styleSources}`,
    // From the page itself: its QR code, and the icon in its head.
    "img-src 'self' data:",
    `form-action ${targets.join(" ")}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/**
 * For the console: only scripts and styles that carry the nonce of this response, so no uploaded files of this origin;
 * calls only to this origin. Pictures, audio and video may also come from the download origin, and PDF only from there.
 */
export function consoleSecurityPolicy(nonce: string, { downloadUrl }: Pick<PageContext, "downloadUrl">): string {
  const downloads = URL.parse(downloadUrl ?? "")?.origin.toLowerCase() ?? "";
  const shown = ORIGIN.test(downloads) ? `'self' ${downloads}` : "'self'";
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // Workers that those scripts create from their own text, not from a file.
    "worker-src blob:",
    `style-src 'nonce-${nonce}'`,
    `img-src ${shown} data:`,
    `media-src ${shown}`,
    ...(ORIGIN.test(downloads) ? [`frame-src ${downloads}`] : []),
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
