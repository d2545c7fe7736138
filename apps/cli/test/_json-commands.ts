import type { CommandGroupSpec, CommandSpec } from "../src/command-line/command.ts";

/** Commands that print JSON, by name, with the fields that can be selected; those without any are left out. */
export function jsonCommands(
  specs: readonly (CommandSpec | CommandGroupSpec)[],
  parent: readonly string[] = [],
): { words: readonly string[]; fields: readonly string[] }[] {
  return specs.flatMap((spec) => {
    const words = [...parent, spec.name];
    if (!("handler" in spec)) return jsonCommands(spec.commands, words);
    const fields = spec.options.find(({ flags }) => flags === "--json")?.jsonFields ?? [];
    return fields.length === 0 ? [] : [{ words, fields }];
  });
}
