import { type Html, trusted } from "./html.ts";

/** Icons of 20 points; the text beside each says the same, so they have no accessible name. */
const icon = (path: string): Html =>
  trusted(`<svg viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="${path}"/></svg>`);

const sheet = "M5 2.5h6.5L16 7v10.5H5zM11.5 2.5V7H16";

/** An arrow into a tray. */
const tray = "M10 3v9m0 0 3.5-3.5M10 12 6.5 8.5M3 12.5V16a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-3.5";
export const nameIcon = icon(tray);
/** The same for the browser tab, embedded in the page: a separate picture would be one more request. */
export const tabIcon = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><path fill="none" stroke="#0a7bd6" stroke-width="2" d="${tray}"/></svg>`,
)}`;
export const folderIcon = icon("M2.5 5.5v10h15v-8H10L8 5.5z");
export const lockIcon = icon("M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9M10 12v2");
const anyFile = icon(sheet);
const picture = icon(`${sheet}M7.5 15l2.5-3 1.5 1.5L13 12l1.5 3z`);
const video = icon(`${sheet}M9 10v5l4-2.5z`);
const audio = icon(`${sheet}M9 15v-4.5l4-1V14M9 15a1 1 0 1 1-2 0 1 1 0 0 1 2 0zM13 14a1 1 0 1 1-2 0 1 1 0 0 1 2 0z`);
const archive = icon(`${sheet}M8 2.5v2h2v2H8v2h2v2H8v4h2v-4`);
const writing = icon(`${sheet}M7.5 10.5h6M7.5 12.5h6M7.5 14.5h4`);

const kinds: readonly (readonly [RegExp, Html])[] = [
  [/^image\//, picture],
  [/^video\//, video],
  [/^audio\//, audio],
  [/zip|compressed|[-/]x?-?(tar|rar|7z|xz|bzip2?|gzip|zstd)|archive/, archive],
  [/^text\/|pdf|document|word|json|xml|epub|sheet|presentation/, writing],
];

export function fileIcon(contentType: string): Html {
  return kinds.find(([pattern]) => pattern.test(contentType))?.[1] ?? anyFile;
}
