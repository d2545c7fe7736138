import type { CommandFace, CommandGroupSpec, CommandSpec } from "./command.ts";

/** A command by its name, with those below it. */
export interface Named {
  name: string;
  commands?: readonly Named[];
}

/** Commands of one kind, under a heading. */
export interface CommandSection {
  title: string;
  commands: readonly (CommandFace & Named)[];
}

/** What the command line knows of all commands before it has loaded one of them. */
export interface Catalog {
  /** Descriptions are of one sentence. */
  sections: readonly CommandSection[];
  /** Every spelling of the options of any command that take a value: those of one name agree on that. */
  flagsWithValue: readonly string[];
  /** Undefined where there is none of the name. */
  load(name: string): Promise<CommandSpec | CommandGroupSpec | undefined>;
}

/** Those of all sections. */
export const commandsOf = ({ sections }: Catalog): readonly Named[] => sections.flatMap(({ commands }) => commands);
