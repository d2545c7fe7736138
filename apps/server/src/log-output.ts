import pino from "pino";

/** So much of the log waits for whoever reads it; past that lines are lost, and not the server. */
const MOST_WAITING_CHARACTERS = 16 * 1024 * 1024;
const LINE_END = 0x0a;

type Output = ReturnType<typeof pino.destination>;

/** Standard output, which takes nothing for a while where its reader stands still: a full disk, a stopped terminal. */
export function standardOutput(options: { minLength?: number } = {}): Output {
  return pino.destination({ dest: 1, sync: false, maxLength: MOST_WAITING_CHARACTERS, ...options });
}

/** Calls back with the number of lines that were lost, once all that waited is written. */
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
