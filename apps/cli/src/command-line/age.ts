import type { OptionSpec, OptionValues } from "./command.ts";
import { parseMoment } from "./times.ts";

export const ageOptions: readonly OptionSpec[] = [
  {
    flags: "--newer <time>",
    description: "only files changed (on the server: uploaded) in the last 7d, or since 2026-01-31",
  },
  { flags: "--older <time>", description: "only files older than that" },
];

/** Whether a file of this time, in milliseconds since 1970, takes part. */
export type AgeFilter = (timeMs: number) => boolean;

/** `--newer` and `--older`; undefined without them. @throws {UsageError} */
export function readAge(options: OptionValues, nowMs: number): AgeFilter | undefined {
  const [newer, older] = [options.text("newer"), options.text("older")];
  if (newer === undefined && older === undefined) return undefined;
  const since = newer === undefined ? -Infinity : parseMoment(newer, "--newer", nowMs);
  const before = older === undefined ? Infinity : parseMoment(older, "--older", nowMs);
  return (timeMs) => timeMs >= since && timeMs < before;
}
