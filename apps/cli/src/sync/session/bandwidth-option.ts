import { parseSize } from "../../command-line/amounts.ts";
import type { OptionSpec } from "../../command-line/option.ts";

/** 0 means unlimited, as in other tools: nobody wants a transfer that never moves. */
const parseRate = (text: string, flag: string): number => parseSize(text, flag) || Infinity;

export const bandwidthOption = {
  flags: "--bwlimit <rate>",
  description: "at most this many bytes per second, such as 512k or 10M; 0 for no limit",
  parse: parseRate,
} as const satisfies OptionSpec;
