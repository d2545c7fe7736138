import { UsageError } from "./errors.ts";
import { longFlagOf, nameOf, type OptionSpec, takesValue } from "./option.ts";

/** For an option, the other options concerned, as written: `{ "--public": ["--private"] }`. */
export type OptionPairs<Flag extends string = string> = { readonly [Name in Flag]?: readonly Flag[] };

/** Which options go together. */
export interface OptionRules<Flag extends string = string> {
  /** Options that cannot be combined. Stating it for one of them is enough. */
  excludes?: OptionPairs<Flag>;
  /** Options that have no effect unless these are given as well. */
  needs?: OptionPairs<Flag>;
}

/** @throws {UsageError} if given options do not go together */
export function requireRules(
  options: readonly OptionSpec[],
  { excludes = {}, needs = {} }: OptionRules,
  given: Readonly<Record<string, unknown>>,
): void {
  const isGiven = (flag: string): boolean => options.some((each) => longFlagOf(each) === flag && wasGiven(each, given));
  for (const [flag, others] of Object.entries(excludes)) {
    const other = isGiven(flag) ? others?.find(isGiven) : undefined;
    if (other !== undefined) throw new UsageError(`${flag} and ${other} cannot be combined.`);
  }
  for (const [flag, others] of Object.entries(needs)) {
    const missing = isGiven(flag) ? others?.find((other) => !isGiven(other)) : undefined;
    if (missing !== undefined)
      throw new UsageError(`${flag} has no effect without ${missing}; add it or leave both out.`);
  }
}

function wasGiven(option: OptionSpec, given: Readonly<Record<string, unknown>>): boolean {
  const value = given[nameOf(option)];
  if (takesValue(option)) return Array.isArray(value) ? value.length > 0 : value !== undefined;
  return value === !longFlagOf(option).startsWith("--no-");
}

/** The options that cannot be combined with this one, whichever of them states it. */
export function excludedBy(option: OptionSpec, { excludes = {} }: OptionRules): readonly string[] {
  const flag = longFlagOf(option);
  const saying = Object.entries(excludes).flatMap(([name, others]) => (others?.includes(flag) ? [name] : []));
  return [...new Set([...(excludes[flag] ?? []), ...saying])];
}

/** The description of an option, with related options, for its line of help. */
export function describeOption(option: OptionSpec, rules: OptionRules): string {
  const excluded = excludedBy(option, rules);
  const needed = rules.needs?.[longFlagOf(option)] ?? [];
  return [
    option.description,
    ...(option.isRepeatable === true ? ["may be repeated"] : []),
    ...(needed.length === 0 ? [] : [`only with ${needed.join(", ")}`]),
    ...(excluded.length === 0 ? [] : [`not with ${excluded.join(", ")}`]),
  ].join("; ");
}
