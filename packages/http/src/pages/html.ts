/**
 * Makes text safe inside elements and double-quoted attributes, and keeps it on its line: several clients read pages
 * line by line. Apostrophes stay, since clients compare phrases that hold them.
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"\r\n\u0085\u2028\u2029]/g, (char) => replacements[char] ?? " ");
}

/** Text as one cell of a line that is cut at semicolons. */
export function lineCell(text: string): string {
  return text.replace(/[;\r\n\u0085\u2028\u2029]/g, "_");
}

const replacements: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const units = ["B", "KB", "MB", "GB", "TB"];

/** Binary units under decimal labels, as the original site writes them: `11 B`, `405.44 MB`. */
export function formatSize(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  // What would be rounded up to 1024 belongs to the next unit.
  while (Number(value.toFixed(unit === 0 ? 0 : 2)) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(2)} ${units[unit]}`;
}

/** For every page made here: no script, nothing loaded from anywhere, no frame around it. */
export const pageSecurityPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

const style =
  ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}" +
  "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem 1rem .25rem 0;text-align:left;overflow-wrap:anywhere}";

/** The lines up to and with `<body>`. The title comes escaped. */
export function pageHead(title: string): string[] {
  return [
    "<!DOCTYPE html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="robots" content="noindex">',
    `<title>${title}</title>`,
    `<style>${style}</style>`,
    "</head>",
    "<body>",
  ];
}

export const pageEnd: readonly string[] = ["</body>", "</html>"];

/** A whole page; clients count on which elements are direct children of the body, so nothing is put around `lines`. */
export function page(title: string, lines: string[]): string {
  return [...pageHead(escapeHtml(title)), ...lines, ...pageEnd, ""].join("\n");
}
