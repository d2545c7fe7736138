import pino from "pino";

/** How much of the log may wait for its reader; beyond that lines are dropped, instead of stopping the server. */
const MOST_WAITING_CHARACTERS = 16 * 1024 * 1024;
const LINE_END = 0x0a;

type Output = ReturnType<typeof pino.destination>;

/** Standard output, which may block for a while when its reader stops: a full disk, a suspended terminal. */
export function standardOutput(options: { minLength?: number } = {}): Output {
  return pino.destination({ dest: 1, sync: false, maxLength: MOST_WAITING_CHARACTERS, ...options });
}

/** Calls back with the number of dropped lines, once everything that waited is written. */
export function onLostLines(output: Output, tell: (lines: number) => void): void {
  let lost = 0;
  output.on("drop", (text: string) => (lost += linesIn(text)));
  output.on("drain", () => {
    const lines = lost;
    lost = 0;
    if (lines > 0) tell(lines);
  });
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) === LINE_END) lines += 1;
  return lines;
}
