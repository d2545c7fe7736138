import { spawn } from "node:child_process";
import { delimiter, dirname, join, resolve } from "node:path";

export interface CheckStep {
  name: string;
  /** Program and arguments. The repository's own programs take precedence. */
  command: readonly [string, ...string[]];
}

export interface CheckOutcome {
  name: string;
  isPassed: boolean;
}

export const repositoryRoot = resolve(import.meta.dirname, "../..");

const checkSteps: readonly CheckStep[] = [
  { name: "format", command: ["oxfmt", "--check", "."] },
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings", "."] },
  { name: "types", command: ["tsc", "-p", "."] },
  { name: "boundaries", command: [process.execPath, "tools/src/boundaries.ts"] },
  { name: "unused", command: ["knip", "--no-progress", "--no-config-hints"] },
  { name: "generated", command: [process.execPath, "tools/src/gen.ts", "--check"] },
  { name: "console", command: [process.execPath, "apps/console/build/check.ts"] },
  { name: "package", command: [process.execPath, "packages/sdk/build/check.ts"] },
];

/** Some steps use one processor, some use all of them. */
const CONCURRENT_STEPS = 2;

/** Runs every step, even if others fail. The output of a failed step is shown, in the order of the steps. */
export async function runChecks(
  steps: readonly CheckStep[] = checkSteps,
  options: { signal?: AbortSignal; write?: (text: string) => void } = {},
): Promise<CheckOutcome[]> {
  const write = options.write ?? ((text) => process.stdout.write(text));
  const texts: (string | undefined)[] = [];
  const outcomes: CheckOutcome[] = [];
  let shown = 0;
  const waiting = steps.entries();
  const work = async () => {
    for (const [at, step] of waiting) {
      if (options.signal?.aborted === true) return;
      const startedAt = performance.now();
      const { isPassed, output } = await runStep(step, options.signal);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      outcomes[at] = { name: step.name, isPassed };
      texts[at] = `${isPassed ? "pass" : "FAIL"}  ${step.name.padEnd(10)}  ${seconds} s\n`;
      if (!isPassed) texts[at] += `${output.replace(/^/gm, "      ").trimEnd()}\n`;
      for (let text = texts[shown]; text !== undefined; text = texts[++shown]) write(text);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_STEPS }, work));
  return outcomes;
}

function runStep(step: CheckStep, signal: AbortSignal | undefined): Promise<{ isPassed: boolean; output: string }> {
  const [program, ...args] = step.command;
  // The tools are scripts too. They get the Node.js that runs this one, not an older one of the system.
  const path = [dirname(process.execPath), join(repositoryRoot, "node_modules/.bin"), process.env["PATH"] ?? ""].join(
    delimiter,
  );
  return new Promise((settle) => {
    const child = spawn(program, args, {
      cwd: repositoryRoot,
      env: { ...process.env, PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
      signal,
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.on("error", (error) => settle({ isPassed: false, output: `${output}${error.message}\n` }));
    child.on("close", (code) => settle({ isPassed: code === 0, output }));
  });
}

/** One line with the result of the stage. It contains no count, so that nobody takes it for a number of tests. */
export function describeChecks(outcomes: readonly CheckOutcome[]): string {
  const names = (isPassed: boolean) =>
    outcomes.filter((outcome) => outcome.isPassed === isPassed).map((outcome) => outcome.name);
  const failed = names(false);
  return failed.length > 0 ? `checks: FAILED: ${failed.join(", ")}` : `checks: passed: ${names(true).join(", ")}`;
}
