import { Command, CommanderError } from "commander";
import type { Environment } from "../environment.ts";
import type { CommandGroupSpec, CommandSpec } from "./command.ts";
import { OptionValues } from "./command.ts";
import { CliError, exitCodes } from "./errors.ts";
import type { Output } from "./output.ts";

export interface RunnerContext {
  environment: Environment;
  output: Output;
}

/** Runs one command line (without the program's own name) and answers with its exit code. Never throws. */
export async function runCommandLine(
  specs: readonly (CommandSpec | CommandGroupSpec)[],
  argv: readonly string[],
  context: RunnerContext,
): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = newCommand(
    "consigne",
    "Use a file host that speaks the 1fichier.com API, your own or the original.",
    context,
  );
  program.enablePositionalOptions();
  const finish = (code: number) => void (exitCode = code);
  for (const spec of specs) program.addCommand(commandOf(spec, context, finish));
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    return reportError(error, context.output);
  }
}

function newCommand(name: string, description: string, { output }: RunnerContext): Command {
  return new Command(name)
    .description(description)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.print(text.trimEnd()),
      writeErr: (text) => output.note(text.trimEnd()),
    });
}

function commandOf(
  spec: CommandSpec | CommandGroupSpec,
  context: RunnerContext,
  finish: (exitCode: number) => void,
): Command {
  const command = newCommand(spec.name, spec.description, context);
  if ("commands" in spec) {
    for (const child of spec.commands) command.addCommand(commandOf(child, context, finish));
    return command;
  }
  for (const option of spec.options) command.option(option.flags, option.description);
  if (spec.arguments) {
    const { label, description, required } = spec.arguments;
    command.argument(required ? `<${label}...>` : `[${label}...]`, description);
  }
  if (spec.passesThrough) command.passThroughOptions();
  return command.action(async () => {
    const options = new OptionValues(command.opts<Record<string, unknown>>());
    const call = { options, arguments: command.args, environment: context.environment, output: context.output };
    finish((await spec.handler(call)) ?? exitCodes.ok);
  });
}

function reportError(error: unknown, output: Output): number {
  if (error instanceof CommanderError) {
    // Commander has printed help or its complaint already; its own code is 0 for help and 1 for mistakes of usage.
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
  if (error instanceof CliError) {
    output.note(`consigne: ${error.message}`);
    return error.exitCode;
  }
  output.note(`consigne: this is a mistake in consigne itself, please report it with the lines below.`);
  output.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return exitCodes.failure;
}
