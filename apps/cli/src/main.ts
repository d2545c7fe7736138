import { outputTo } from "./command-line/output.ts";
import type { TextSink } from "./command-line/output.ts";
import { runCommandLine } from "./command-line/runner.ts";
import { commands } from "./commands/index.ts";
import { readEnvironment } from "./environment.ts";
import type { Variables } from "./environment.ts";

/** The whole program: one command line in, its exit code out. Never throws. */
export function main(
  argv: readonly string[],
  world: { variables: Variables; stdout: TextSink; stderr: TextSink },
): Promise<number> {
  const output = outputTo(world.stdout, world.stderr);
  return runCommandLine(commands, argv, { environment: readEnvironment(world.variables), output });
}
