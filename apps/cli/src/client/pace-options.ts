import { countWithin } from "../command-line/amounts.ts";
import { UsageError } from "../command-line/errors.ts";
import type { OptionSpec } from "../command-line/option.ts";

const MOST_RETRIES = 100;

/** How fast, and how often, a command calls its server. */
export const paceOptions = [
  {
    flags: "--tps <n>",
    description: "at most this many calls per second, such as 1 or 0.5",
    parse: parseCallsPerSecond,
    isCommon: true,
  },
  {
    flags: "--retries <n>",
    description: "retry a failed call up to this many times, where that is safe (default: 4)",
    parse: countWithin({ most: MOST_RETRIES }),
    isCommon: true,
  },
] as const satisfies readonly OptionSpec[];

/** @throws {UsageError} */
function parseCallsPerSecond(text: string, flag: string): number {
  const calls = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (calls >= 0.01 && calls <= 1000) return calls;
  throw new UsageError(`${flag} takes a number of calls per second from 0.01 to 1000, not "${text}".`);
}
