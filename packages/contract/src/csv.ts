/** What spreadsheets read as the start of a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * One line of CSV (RFC 4180). A cell that would be read as a formula gets an apostrophe in front: names come from
 * anybody, and a spreadsheet would run them.
 */
export function csvLine(cells: readonly string[]): string {
  const inert = cells.map((cell) => (FORMULA.test(cell) ? `'${cell}` : cell));
  return `${inert.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\r\n`;
}
