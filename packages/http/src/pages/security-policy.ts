import type { PageContext } from "./page-context.ts";
import { styleSources } from "./style-sheet.ts";

/** As it may stand in a policy. */
export const ORIGIN = /^https?:\/\/[a-z0-9.:[\]-]+$/;

/**
 * For every page made here: no script, no frame around it, nothing from elsewhere. Browsers hold a form to
 * `form-action` also where its answer redirects to: to the download origin, or to another host of 1fichier.com.
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
    // Of the page itself: its QR code, and the icon within its head.
    "img-src 'self' data:",
    `form-action ${targets.join(" ")}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/**
 * For the console: scripts and styles that carry the nonce of this answer, and no others, uploaded files of this origin among
 * them; calls to this origin alone. Pictures, sound and film may come from the origin of downloads too, PDF from nowhere else.
 */
export function consoleSecurityPolicy(nonce: string, { downloadUrl }: Pick<PageContext, "downloadUrl">): string {
  const downloads = URL.parse(downloadUrl ?? "")?.origin.toLowerCase() ?? "";
  const shown = ORIGIN.test(downloads) ? `'self' ${downloads}` : "'self'";
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // Threads that those scripts make of their own text, and of no file.
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
