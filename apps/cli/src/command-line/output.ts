/** Where a command writes: results to `stdout`, notes for people to `stderr`. */
export interface Output {
  /** A result. A line feed is added. */
  print(line: string): void;
  /** Prints bytes of a result; resolves when more may be written. */
  printBytes(bytes: Uint8Array): Promise<void>;
  /** A note. A line feed is added. */
  note(line: string): void;
  /** Standard output is a terminal, so a person reads the results. */
  readonly isForTerminal: boolean;
  /** Current characters per line of standard output. */
  readonly columns: number;
  /** Whether colours may be sent to the terminal. */
  readonly hasColor: boolean;
  /** The terminal for notes and progress; undefined if there is none. */
  readonly terminal: Terminal | undefined;
}

/** A terminal line that can be updated. */
export interface Terminal {
  write(text: string): unknown;
  /** Current characters per line. */
  readonly columns: number;
}

/** Where text is written: the process's own streams, or a test's. */
export interface TextSink {
  write(text: string | Uint8Array, done?: (error?: Error | null) => void): unknown;
  isTTY?: boolean;
  columns?: number;
}

const NARROWEST_LINE = 20;
const USUAL_LINE = 80;

/** Where a note suggests a command to run: after a quotation mark, a colon, or indented on a line of its own. */
const ADVISED = /(^ {2}|[`"]|: )consigne (?=[a-z])/g;

/** @param options.programCall what to write instead of `consigne` in commands that notes suggest */
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
