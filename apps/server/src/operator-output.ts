import { terminalJson, terminalText } from "./terminal-text.ts";

/** 0 done, 1 failed, 2 wrong usage or settings, 3 fsck found lost bytes. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Where a command writes: data to `out`, notes and failures to `error`; whole lines. */
export interface CommandOutput {
  out(text: string): void;
  error(text: string): void;
}

/** One JSON document with `--json`, else the lines for a person. */
export function print(output: CommandOutput, isJson: boolean, data: unknown, lines: readonly string[]): void {
  if (isJson) output.out(terminalJson(JSON.stringify(data)));
  else for (const line of lines) output.out(terminalText(line));
}

/** `1 folder`, `2 folders`; for words whose plural ends in s. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** Columns as wide as their widest cell. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
