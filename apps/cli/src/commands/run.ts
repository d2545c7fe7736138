import { defineCommand } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import { dropInOptions, dropInSettings } from "./drop-in-options.ts";

export const runCommand = defineCommand({
  name: "run",
  description: "Run a program made for 1fichier.com against a Consigne server.",
  arguments: [
    { label: "command", description: "the program and its arguments, after --", isList: true, completes: "local" },
  ],
  passesThrough: true,
  options: dropInOptions,
  examples: [
    { line: "consigne run -- rclone copy ./photos box:photos", purpose: "run rclone against a server on this machine" },
    {
      line: "consigne run --url https://files.example.org -- ./nightly.sh",
      purpose: "run a script, and the programs that it starts",
    },
  ],
  async handler(call) {
    const [command, ...rest] = call.arguments;
    if (command === undefined || command === "") throw new UsageError("Name the program to run.");
    // Loaded here, so that `--help` and other commands need not wait for the certificate library.
    const { startDropIn } = await import("../drop-in/drop-in-session.ts");
    const { careForRclone } = await import("../drop-in/rclone-moves.ts");
    const { argumentsWithTrust } = await import("../trust/program-settings.ts");
    const { runProgram } = await import("../drop-in/run-program.ts");
    const { outlive, refuseBackground } = await import("../drop-in/left-behind.ts");
    refuseBackground(command, rest, call.environment.variables);
    await using session = await startDropIn(dropInSettings(call, 0));
    const inherited = { ...call.environment.variables, ...session.program.variables };
    const care = await careForRclone(command, inherited);
    if (care !== undefined) call.output.note(care.note);
    const variables = { ...inherited, ...care?.variables };
    const exitCode = await runProgram({
      command,
      arguments: argumentsWithTrust(command, rest, session.program.bundlePath),
      variables,
    });
    await outlive(session.program.bundlePath, call.output.note);
    return exitCode;
  },
});
