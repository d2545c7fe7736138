const MIB = 1024 * 1024;
/** The memory limit of the command line for every command. */
export const CLIENT_LIMIT_BYTES = 150 * MIB;

/** Whether an aim was reached. A quick run does not reach aims. */
export function verdict(isMet: boolean, isQuick: boolean): string {
  if (isQuick) return "";
  return isMet ? ", met" : ", **missed**";
}

/** The lines of a Markdown table, followed by an empty one. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((cell, column) => Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(line), ""];
}

export const mebibytes = (bytes: number): string => `${(bytes / MIB).toFixed(0)} MiB`;
