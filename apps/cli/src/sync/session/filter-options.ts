import { readFile } from "node:fs/promises";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import { UsageError } from "../../command-line/errors.ts";
import type { OptionSpec, ValuesOf } from "../../command-line/option.ts";
import { filterOf } from "../trees/filter-rules.ts";
import type { PathFilter } from "../trees/filter-rules.ts";
import { ListedFiles } from "../trees/listed-files.ts";

export const filterOptions = [
  { flags: "--include <pattern>", description: "only what matches the pattern", isRepeatable: true },
  { flags: "--exclude <pattern>", description: "leave out what matches the pattern", isRepeatable: true },
  {
    flags: "--filter-from <file>",
    description: 'lines of "+ pattern" and "- pattern"',
    isRepeatable: true,
    completes: "local",
  },
  { flags: "--ignore-case", description: "match patterns ignoring case" },
] as const satisfies readonly OptionSpec[];
export type FilterValues = ValuesOf<typeof filterOptions>;

/** `listed`: the only paths to include. @throws {UsageError} for an invalid pattern or an unreadable file */
export async function readFilter(options: FilterValues, listed?: readonly string[]): Promise<PathFilter> {
  const filterLines: string[] = [];
  for (const path of options.filterFrom) filterLines.push(...(await linesOf(path)));
  const filter = filterOf({
    includes: options.include,
    excludes: options.exclude,
    filterLines,
    ignoresCase: options.ignoreCase,
  });
  return listed === undefined ? filter : new ListedFiles(filter, listed);
}

async function linesOf(path: string): Promise<string[]> {
  try {
    return (await readFile(path, "utf8")).split(/\r?\n/);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw new UsageError(`The filter file ${path} cannot be read: ${reasonOf(error)}.`);
  }
}
