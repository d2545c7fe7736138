import type { OptionSpec, ValuesOf } from "./option.ts";
import { parseMoment } from "./times.ts";

export const ageOptions = [
  {
    flags: "--newer <time>",
    description: "only files changed (on the server: uploaded) in the last 7d, or since 2026-01-31",
    parse: parseMoment,
  },
  {
    flags: "--older <time>",
    description: "only files changed (on the server: uploaded) more than 7d ago, or before 2026-01-31",
    parse: parseMoment,
  },
] as const satisfies readonly OptionSpec[];
export type AgeValues = ValuesOf<typeof ageOptions>;

/** Whether a file with this time, in milliseconds since 1970, is included. */
export type AgeFilter = (timeMs: number) => boolean;

/** From `--newer` and `--older`; undefined without them. */
export function readAge({ newer, older }: AgeValues): AgeFilter | undefined {
  if (newer === undefined && older === undefined) return undefined;
  return (timeMs) => timeMs >= (newer ?? -Infinity) && timeMs < (older ?? Infinity);
}
