import type { CommandCall } from "./command.ts";
import { UsageError } from "./errors.ts";

/** Asks for confirmation; without a terminal there is nobody to ask, and --yes is required. */
export async function confirm(call: CommandCall<{ readonly yes: boolean }>, question: string): Promise<boolean> {
  if (call.options.yes) return true;
  if (call.input.isTTY !== true) throw new UsageError(`${question} Not a terminal; pass --yes to confirm.`);
  call.output.terminal?.write(`${question} [y/N] `);
  let answer = "";
  const decoder = new TextDecoder();
  for await (const chunk of call.input) {
    answer += decoder.decode(chunk, { stream: true });
    if (/[\r\n]/.test(answer)) break;
  }
  return /^\s*y(es)?\s*$/i.test(answer);
}
