import type { AffectedFile } from "@consigne/core";
import { terminalJson, terminalText } from "./terminal-text.ts";

/** 0 success, 1 failed or needs attention, 2 wrong usage or settings, 3 fsck, backup or restore found lost bytes. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Where a command writes: data to `out`, notes and failures to `error`; whole lines. */
export interface CommandOutput {
  out(text: string): void;
  /** Like `out`, without ending the line. */
  part(text: string): void;
  error(text: string): void;
  /** Resolves once the output was accepted: false if nobody reads it any more. */
  isRead?(): Promise<boolean>;
}

/** Files whose data is damaged, or was: with their owners, who may have them. */
export const filesText = (files: readonly AffectedFile[]): string =>
  files
    .map(({ id, name, owner = "a guest", isInTrash }) => {
      const place = isInTrash ? `${id}, in the trash` : id;
      return `${JSON.stringify(name)} (${place}) of ${owner}`;
    })
    .join(", ");

/** Prints one JSON document with `--json`, else lines for people. */
export function print(output: CommandOutput, isJson: boolean, data: unknown, lines: readonly string[]): void {
  if (isJson) output.out(terminalJson(JSON.stringify(data)));
  else for (const line of lines) output.out(terminalText(line));
}

/** A long list, printed while it is read; see `printPages`. */
export interface PrintedPage {
  data: readonly unknown[];
  rows: readonly (readonly string[])[];
}

/** Like `print` for one list, page by page: reads no more of it than the reader of the output takes. */
export async function printPages(
  output: CommandOutput,
  isJson: boolean,
  heads: readonly string[],
  pages: AsyncIterable<PrintedPage>,
): Promise<void> {
  const table = new Table();
  let isFirst = true;
  for await (const { data, rows } of pages) {
    const items = data.map((item) => terminalJson(JSON.stringify(item)));
    if (isJson) output.part(`${isFirst ? "[" : ","}${items.join(",")}`);
    else for (const line of table.linesOf(isFirst ? [heads, ...rows] : rows)) output.out(terminalText(line));
    isFirst = false;
    if ((await output.isRead?.()) === false) return;
  }
  if (isJson) output.out(isFirst ? "[]" : "]");
  else if (isFirst) output.out(tableLines([heads]).join("\n"));
}

/** `1 folder`, `2 folders`; for words whose plural ends in s. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Sizes in the format of `consigne` and the console. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(unit === 0 ? 0 : 1)} ${UNITS[unit]}`;
}

/** Makes columns as wide as their widest cell. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  return new Table().linesOf(rows);
}

/** Columns as wide as the widest cell so far. */
class Table {
  readonly #widths: number[] = [];

  linesOf(rows: readonly (readonly string[])[]): string[] {
    const widths = this.#widths;
    for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
    return rows.map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}
