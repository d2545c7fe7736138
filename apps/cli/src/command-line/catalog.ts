import type { CommandGroupSpec, CommandSpec, CommandSummary } from "./command.ts";

/** A command by its name, with its subcommands. */
export interface Named {
  name: string;
  commands?: readonly Named[];
}

/** Commands of one kind, under a heading. */
export interface CommandSection {
  title: string;
  commands: readonly (CommandSummary & Named)[];
}

/** What the command line knows about all commands before it has loaded any of them. */
export interface Catalog {
  /** Descriptions are a single sentence. */
  sections: readonly CommandSection[];
  /** Every spelling of options that take a value, of all commands: options with the same name agree on that. */
  flagsWithValue: readonly string[];
  /** Undefined if there is no such command. */
  load(name: string): Promise<CommandSpec | CommandGroupSpec | undefined>;
}

/** The commands of all sections. */
export const commandsOf = ({ sections }: Catalog): readonly Named[] => sections.flatMap(({ commands }) => commands);
