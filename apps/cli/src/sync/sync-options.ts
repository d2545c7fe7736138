import type { OptionSpec, OptionValues } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import type { DeletionLimit } from "./sync-run.ts";

export const callsOption: OptionSpec = {
  flags: "--tps <n>",
  description: "calls per second at most, such as 1 or 0.5",
};

/** `--tps`. @throws {UsageError} */
export function readCallsPerSecond(options: OptionValues): number | undefined {
  const text = options.text("tps");
  if (text === undefined) return undefined;
  const calls = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (calls >= 0.01 && calls <= 1000) return calls;
  throw new UsageError(`--tps takes a number of calls per second from 0.01 to 1000, not "${text}".`);
}

/** `--max-delete`: `20` or `5%`. @throws {UsageError} */
export function readDeletionLimit(text: string): DeletionLimit {
  const [, number, percent] = /^(\d+)(%?)$/.exec(text.trim()) ?? [];
  const value = Number(number);
  if (number === undefined || (percent === "%" && value > 100)) {
    throw new UsageError(`--max-delete takes a number of files or a part of them, such as 20 or 5%, not "${text}".`);
  }
  return percent === "%" ? { percent: value } : { files: value };
}
