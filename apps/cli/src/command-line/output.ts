/** Where a command writes: results on `stdout`, notes for the person on `stderr`. */
export interface Output {
  /** A result. A line feed is added. */
  print(line: string): void;
  /** A note. A line feed is added. */
  note(line: string): void;
}

export interface TextSink {
  write(text: string): unknown;
}

export function outputTo(stdout: TextSink, stderr: TextSink): Output {
  return {
    print: (line) => void stdout.write(`${line}\n`),
    note: (line) => void stderr.write(`${line}\n`),
  };
}
