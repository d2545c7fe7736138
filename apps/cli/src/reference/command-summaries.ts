import type { CommandSection, Named } from "../command-line/catalog.ts";
import type { CommandGroupSpec, CommandSpec } from "../command-line/command.ts";
import { flagsOf, takesValue } from "../command-line/option.ts";
import { commandSections } from "../commands/index.ts";

type Spec = CommandSpec | CommandGroupSpec;

/** The file `commands/command-summaries.ts`: what a start must know about all commands, without loading any. */
export async function buildCommandSummaries(): Promise<string> {
  const sections: CommandSection[] = [];
  const flags = new Set<string>();
  for (const [title, loaders] of Object.entries(commandSections)) {
    const specs = await Promise.all(Object.values(loaders).map((load) => load()));
    sections.push({ title, commands: specs.map(summaryOf) });
    for (const flag of specs.flatMap(flagsWithValue)) flags.add(flag);
  }
  return [
    "// Written by `npm run gen` from the commands themselves.",
    'import type { CommandSection } from "../command-line/catalog.ts";',
    "",
    `export const sections: readonly CommandSection[] = ${JSON.stringify(sections, null, 1)};`,
    "",
    `export const flagsWithValue: readonly string[] = ${JSON.stringify([...flags].toSorted())};`,
    "",
  ].join("\n");
}

const summaryOf = (spec: Spec): CommandSection["commands"][number] => ({
  name: spec.name,
  description: firstSentence(spec.description),
  ...(spec.isHidden === true ? { isHidden: true } : {}),
  ...belowOf(spec),
});

const namedOf = (spec: Spec): Named => ({ name: spec.name, ...belowOf(spec) });

const belowOf = (spec: Spec): Pick<Named, "commands"> =>
  "commands" in spec ? { commands: spec.commands.map(namedOf) } : {};

const firstSentence = (text: string): string => text.split(/(?<=\.) (?=[A-Z0-9])/, 1)[0] ?? text;

const flagsWithValue = (spec: Spec): string[] =>
  "commands" in spec ? spec.commands.flatMap(flagsWithValue) : spec.options.filter(takesValue).flatMap(flagsOf);
