import { existsSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import type { Environment } from "../environment.ts";
import type { CommandGroupSpec, CommandSpec, Input } from "./command.ts";
import { inOrder } from "./argument-order.ts";
import { exitCodes, meaningOfExit, nameOfExit } from "./exit-codes.ts";
import { type JsonWish, PickedFields, readJsonWish } from "./json-fields.ts";
import { readValues } from "./option.ts";
import { describeOption, requireRules } from "./option-rules.ts";
import type { Output } from "./output.ts";
import { factsOf, knownFailure } from "./failures.ts";
import { asCliError } from "./sdk-failures.ts";
import { programVersion } from "./version.ts";
import { InterruptedError } from "./errors.ts";
import { visible } from "./visible-text.ts";

export interface RunnerContext {
  environment: Environment;
  output: Output;
  input: Input;
  interruption(): AbortSignal;
}

/** Runs one command line (without the program's own name) and answers with its exit code. Never throws. */
export async function runCommandLine(
  specs: readonly (CommandSpec | CommandGroupSpec)[],
  argv: readonly string[],
  given: RunnerContext,
): Promise<number> {
  let wish: JsonWish;
  try {
    wish = readJsonWish(specs, inOrder(specs, argv));
  } catch (error) {
    return reportError(error, given, { argv, isJson: argv.some((word) => /^--json(=|$)/.test(word)) });
  }
  const output = wish.fields === undefined ? given.output : new PickedFields(given.output, wish.fields);
  const context = { ...given, output };
  let exitCode: number = exitCodes.ok;
  const program = newCommand(
    "consigne",
    "Use a file host that speaks the 1fichier.com API: your own server or 1fichier.com.",
    context,
  );
  program.version(`consigne ${programVersion()}`, "-V, --version", "show the version");
  program.enablePositionalOptions().helpCommand(false);
  program.addHelpText(
    "after",
    "\n`consigne help COMMAND` shows its options and examples, `consigne help exit-codes` what they mean.",
  );
  const finish = (code: number) => void (exitCode = code);
  for (const spec of specs) addCommand(program, spec, context, finish);
  try {
    await program.parseAsync([...wish.argv], { from: "user" });
    if (exitCode !== exitCodes.ok && wish.isJson) printError(given.output, exitCode);
    return exitCode;
  } catch (error) {
    return reportError(error, given, wish);
  }
}

function newCommand(name: string, description: string, { output }: RunnerContext): Command {
  return new Command(name)
    .description(description)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.print(text.trimEnd()),
      writeErr: (text) => output.note(text.trimEnd()),
      outputError: (text, write) => write(withoutOpposite(text)),
    });
}

function addCommand(
  parent: Command,
  spec: CommandSpec | CommandGroupSpec,
  context: RunnerContext,
  finish: (exitCode: number) => void,
): void {
  const isHidden = "handler" in spec && spec.isHidden === true;
  const isDefault = "handler" in spec && spec.isDefault === true;
  parent.addCommand(commandOf(spec, context, finish), { hidden: isHidden, isDefault });
}

function commandOf(
  spec: CommandSpec | CommandGroupSpec,
  context: RunnerContext,
  finish: (exitCode: number) => void,
): Command {
  const command = newCommand(spec.name, spec.description, context);
  if ("commands" in spec) {
    for (const child of spec.commands) addCommand(command, child, context, finish);
    return command;
  }
  for (const each of spec.options) {
    const option = new Option(each.flags, describeOption(each, spec));
    if (each.isRepeatable) option.argParser<string[] | undefined>((text, before) => [...(before ?? []), text]);
    command.addOption(option);
  }
  for (const { label, description, isOptional, isList } of spec.arguments ?? []) {
    const name = isList ? `${label}...` : label;
    command.argument(isOptional ? `[${name}]` : `<${name}>`, description);
  }
  if (spec.passesThrough) command.passThroughOptions();
  if (spec.examples) command.addHelpText("after", () => `\nExamples:\n${examplesText(spec.examples ?? [])}`);
  return command.action(async () => {
    const given = command.opts<Record<string, unknown>>();
    try {
      requireRules(spec.options, spec, given);
      const call = { options: readValues(spec.options, given), arguments: command.args, ...context };
      finish((await spec.handler(call)) ?? exitCodes.ok);
    } catch (error) {
      throw asCliError(error, spec) ?? error;
    }
  });
}

function examplesText(examples: NonNullable<CommandSpec["examples"]>): string {
  return examples.map(({ line, purpose }) => `  # ${purpose}\n  ${line}`).join("\n");
}

/** A name such as `-cat.jpg`, of a pattern like `*` for instance, is taken for an option. */
function noteDashes(argv: readonly string[], output: Output): void {
  const end = argv.indexOf("--");
  const name = argv
    .slice(0, end === -1 ? argv.length : end)
    .find((word) => word.length > 1 && word.startsWith("-") && (/^-[^-=][^=]*\./.test(word) || existsSync(word)));
  if (name === undefined) return;
  output.note(`consigne: if this is a file name, write ./${visible(name)} or put -- before it.`);
}

/** Of names that are alike commander may propose the one that does the opposite. */
function withoutOpposite(complaint: string): string {
  const [, name] = /^error: unknown option '--([a-z-]+)/.exec(complaint) ?? [];
  return name === undefined ? complaint : complaint.replace(`\n(Did you mean --no-${name}?)`, "");
}

function noteSecret(complaint: string, output: Output): void {
  if (!complaint.startsWith("error: unknown option '--pass")) return;
  output.note(
    "consigne: others could read a password on the command line; where a command takes one, --password-stdin reads it or asks.",
  );
}

/** The last line of a command that has named its failures and goes by its exit code. */
function printError(output: Output, exitCode: number): void {
  const [code, message] = [nameOfExit(exitCode), meaningOfExit(exitCode)];
  output.print(JSON.stringify({ type: "error", code, message, exitCode }));
}

/** A line for the person, and with `--json` one for a program. */
function reportError(
  error: unknown,
  { output, interruption }: RunnerContext,
  { argv, isJson }: Pick<JsonWish, "argv" | "isJson">,
): number {
  const tell = (failure: { code: string; message: string; exitCode: number }, cause?: unknown): number => {
    if (isJson) output.print(JSON.stringify({ type: "error", ...failure, ...factsOf(cause) }));
    return failure.exitCode;
  };
  if (error instanceof CommanderError) {
    // Commander has printed help or its complaint already; its own code is 0 for help and 1 for mistakes of usage.
    if (error.exitCode === 0) return exitCodes.ok;
    if (error.code === "commander.unknownOption") {
      noteDashes(argv, output);
      noteSecret(error.message, output);
    }
    return tell({ code: "usage", message: withoutOpposite(error.message), exitCode: exitCodes.usage });
  }
  if (isInterruption(error, interruption)) {
    output.note(`consigne: ${error.message}`);
    return tell({ code: "interrupted", message: error.message, exitCode: exitCodes.interrupted });
  }
  const known = knownFailure(error);
  if (known !== undefined) {
    output.note(`consigne: ${known.message}`);
    const { code, message, exitCode } = known;
    return tell({ code, message, exitCode }, known);
  }
  output.note(`consigne: this is a bug in consigne; please report it with the lines below.`);
  output.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return tell({ code: "internal", message: String(error), exitCode: exitCodes.failure });
}

function isInterruption(error: unknown, interruption: () => AbortSignal): error is Error {
  if (error instanceof InterruptedError) return true;
  // A library may throw an error of its own for an abort; what counts is who asked for it.
  return error instanceof Error && error.name === "AbortError" && interruption().aborted;
}
