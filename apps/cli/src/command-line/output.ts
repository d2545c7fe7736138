/** Where a command writes: results on `stdout`, notes for the person on `stderr`. */
export interface Output {
  /** A result. A line feed is added. */
  print(line: string): void;
  /** Bytes of a result; resolves once more may be written. */
  printBytes(bytes: Uint8Array): Promise<void>;
  /** A note. A line feed is added. */
  note(line: string): void;
  /** The standard output is a terminal, so what is printed is read by a person. */
  readonly isForTerminal: boolean;
  /** Characters in a line of the standard output, as it is now. */
  readonly columns: number;
  /** Whether a terminal may be sent colours. */
  readonly hasColor: boolean;
  /** The terminal that notes and progress go to; undefined where there is none. */
  readonly terminal: Terminal | undefined;
}

/** A place for a line that changes. */
export interface Terminal {
  write(text: string): unknown;
  /** Characters in a line, as it is now. */
  readonly columns: number;
}

/** What is written to: the process's own streams, or a test's. */
export interface TextSink {
  write(text: string | Uint8Array, done?: (error?: Error | null) => void): unknown;
  isTTY?: boolean;
  columns?: number;
}

const NARROWEST_LINE = 20;
const USUAL_LINE = 80;

/** Where a note names a command to run: after a quotation mark, a colon, or indented on a line of its own. */
const ADVISED = /(^ {2}|[`"]|: )consigne (?=[a-z])/g;

/** @param options.programCall what to write for `consigne` in the commands that notes advise */
export function outputTo(
  stdout: TextSink,
  stderr: TextSink,
  options: { hasColor?: boolean; programCall?: string } = {},
): Output {
  const { hasColor = false, programCall = "consigne" } = options;
  return {
    print: (line) => void stdout.write(`${line}\n`),
    printBytes: (bytes) =>
      new Promise((resolve, reject) => {
        stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    note: (line) => void stderr.write(`${line.replaceAll(ADVISED, `$1${programCall} `)}\n`),
    isForTerminal: stdout.isTTY === true,
    get columns() {
      return (stdout.isTTY === true ? stdout.columns : undefined) ?? USUAL_LINE;
    },
    hasColor,
    terminal: stderr.isTTY === true ? terminalOn(stderr) : undefined,
  };
}

function terminalOn(stream: TextSink): Terminal {
  return {
    write: (text) => stream.write(text),
    get columns() {
      return Math.max(NARROWEST_LINE, stream.columns ?? USUAL_LINE);
    },
  };
}
