import type { OptionSpec, OptionValues } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";

const MOST_RETRIES = 100;

/** How a command calls its server. */
export const paceOptions: readonly OptionSpec[] = [
  { flags: "--tps <n>", description: "calls per second at most, such as 1 or 0.5" },
  { flags: "--retries <n>", description: "retry a failed call up to this often, where that is safe (4)" },
];

/** `--tps`. @throws {UsageError} */
export function readCallsPerSecond(options: OptionValues): number | undefined {
  const text = options.text("tps");
  if (text === undefined) return undefined;
  const calls = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (calls >= 0.01 && calls <= 1000) return calls;
  throw new UsageError(`--tps takes a number of calls per second from 0.01 to 1000, not "${text}".`);
}

/** `--retries`. @throws {UsageError} */
export const readRetries = (options: OptionValues): number | undefined =>
  options.count("retries", { most: MOST_RETRIES });
