/** What spreadsheets take for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * One line of a table as text for spreadsheets, by RFC 4180. A cell that would be a formula gets an apostrophe before it:
 * names come from anybody, and a spreadsheet would carry them out.
 */
export function csvLine(cells: readonly string[]): string {
  const inert = cells.map((cell) => (FORMULA.test(cell) ? `'${cell}` : cell));
  return `${inert.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\r\n`;
}
