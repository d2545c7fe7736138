import type { Command, Help } from "commander";
import type { ExampleSpec } from "./command.ts";

/** Longer lines are hard to read. */
const WIDEST_LINE = 100;
const NARROWEST_LINE = 40;
/** Longer terms get their description below them, so that one long option does not narrow all descriptions. */
const WIDEST_TERM = 26;
const INDENT = "  ";
const GAP = "  ";
/** In a narrower terminal, every description is below its term. */
const NARROW_LINE = 64;

/** Heading of the options that most commands have. */
export const COMMON_OPTIONS = "Options of every command that talks to a server:";

/** Characters per line of help in a terminal with this many columns. */
export const helpWidth = (columns: number): number => Math.min(WIDEST_LINE, Math.max(NARROWEST_LINE, columns));

/** The layout of help pages; otherwise as in commander. */
export const helpLayout: Partial<Help> = {
  subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(" "),
  padWidth: (command, helper) =>
    Math.min(
      WIDEST_TERM,
      Math.max(
        helper.longestOptionTermLength(command, helper),
        helper.longestSubcommandTermLength(command, helper),
        helper.longestArgumentTermLength(command, helper),
      ),
    ),
  formatItem(term, termWidth, description, helper) {
    const width = helper.helpWidth ?? WIDEST_LINE;
    const isNarrow = width < NARROW_LINE;
    const margin = isNarrow ? INDENT.repeat(3) : INDENT + " ".repeat(termWidth) + GAP;
    const lines = wrapped(description, width - margin.length).map((line) => margin + line);
    const isBelow = isNarrow || term.length > termWidth;
    const head = isBelow ? [INDENT + term] : [`${INDENT}${term.padEnd(termWidth)}${GAP}${lines.shift()?.trim() ?? ""}`];
    return [...head, ...lines].join("\n").trimEnd();
  },
  boxWrap: (text, width) => wrapped(text, width).join("\n"),
};

/** Commands to be copied are never wrapped; their explanations are. */
export function examplesText(examples: readonly ExampleSpec[], width: number): string {
  const lines = examples.flatMap(({ line, purpose }) => [
    ...wrapped(purpose, width - INDENT.length - 2).map((part) => `${INDENT}# ${part}`),
    INDENT + line,
  ]);
  return ["", "Examples:", ...lines].join("\n");
}

/** Does not break within backquotes. @returns lines of at most `width` characters, unless a word is longer */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.match(/(?:`[^`]*`|[^ `]|`)+/g) ?? []) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

const argumentTerm = (argument: Command["registeredArguments"][number]): string => {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
};
