import type { Input } from "./command-line/command.ts";
import { outputTo } from "./command-line/output.ts";
import type { TextSink } from "./command-line/output.ts";
import { runCommandLine } from "./command-line/runner.ts";
import { catalog } from "./commands/catalog.ts";
import { readEnvironment } from "./environment.ts";
import type { Variables } from "./environment.ts";

/** What the program touches outside itself: the process's own, or a test's. */
export interface World {
  variables: Variables;
  stdout: TextSink;
  stderr: TextSink;
  stdin?: Input;
  interruption?(): AbortSignal;
}

/** The whole program: takes a command line, resolves with its exit code. Never rejects. */
export function main(argv: readonly string[], world: World): Promise<number> {
  const environment = readEnvironment(world.variables);
  return runCommandLine(catalog, argv, {
    environment,
    output: outputTo(world.stdout, world.stderr, {
      hasColor: wantsColor(argv) ?? !environment.isColorUnwanted,
      programCall: environment.programCall,
    }),
    input: world.stdin ?? nothing,
    interruption: world.interruption ?? (() => never),
  });
}

const never = new AbortController().signal;
const nothing: Input = {
  async *[Symbol.asyncIterator]() {},
};

/** Undefined unless the command line says so; what follows `--` belongs to another program. */
function wantsColor(argv: readonly string[]): boolean | undefined {
  const end = argv.indexOf("--");
  const found = argv.slice(0, end === -1 ? undefined : end).findLast((word) => /^--(no-)?color$/.test(word));
  return found === undefined ? undefined : found === "--color";
}
