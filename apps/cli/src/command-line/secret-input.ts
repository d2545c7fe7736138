import type { CommandCall, Input } from "./command.ts";

const LONGEST_SECRET_BYTES = 64 * 1024;
const ENTER = new Set(["\r", "\n", "\u0004"]);
const BACKSPACE = new Set(["\u007f", "\b"]);
const CTRL_C = "\u0003";

/** The first line of standard input; typed without being shown if that is a terminal. */
export async function readSecret(call: CommandCall, prompt: string): Promise<string> {
  const { input } = call;
  if (input.isTTY !== true) return firstLine(input);
  call.output.terminal?.write(prompt);
  const signal = call.interruption();
  const raw = input as Input & { setRawMode?(isRaw: boolean): unknown };
  raw.setRawMode?.(true);
  try {
    return await typed(input, signal);
  } finally {
    raw.setRawMode?.(false);
    call.output.terminal?.write("\n");
  }
}

async function firstLine(input: Input): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of input) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("\n") || text.length > LONGEST_SECRET_BYTES) break;
  }
  return (text.split("\n", 1)[0] ?? "").trim();
}

async function typed(input: Input, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let secret = "";
  for await (const chunk of input) {
    signal.throwIfAborted();
    for (const character of decoder.decode(chunk, { stream: true })) {
      if (ENTER.has(character)) return secret.trim();
      // In raw mode the terminal does not turn it into a signal.
      if (character === CTRL_C) process.kill(process.pid, "SIGINT");
      else if (BACKSPACE.has(character)) secret = [...secret].slice(0, -1).join("");
      else secret += character;
    }
    signal.throwIfAborted();
  }
  return secret.trim();
}
