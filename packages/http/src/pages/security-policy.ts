import type { PageContext } from "./page-context.ts";
import { styleSources } from "./style-sheet.ts";

const ORIGIN = /^https?:\/\/[a-z0-9.:[\]-]+$/;

/**
 * For every page made here: no script, no frame around it, nothing from elsewhere. Browsers hold a form to
 * `form-action` also where its answer redirects to, and on the hosts of 1fichier.com that is another one.
 */
export function pageSecurityPolicy({ site }: Pick<PageContext, "site">): string {
  const origin = URL.parse(site)?.origin.toLowerCase() ?? "";
  const isOriginal = origin === "https://1fichier.com";
  const targets = [
    "'self'",
    ...(ORIGIN.test(origin) ? [origin] : []),
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
