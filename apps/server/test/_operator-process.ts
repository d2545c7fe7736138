import { runOperatorCommand } from "../src/operator-command.ts";
import type { AnsweredCommand, OrderedCommand } from "./_operator.ts";

/** Runs operator commands beside a server, like `bin.ts`, one after the other: see `_operator.ts`. */
async function run({ args, environment, folder }: OrderedCommand): Promise<AnsweredCommand> {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  process.chdir(folder);
  const written = { stdout: "", stderr: "" };
  const before = process.getActiveResourcesInfo().toSorted();
  const code = await runOperatorCommand(args, {
    out: (text) => (written.stdout += `${text}\n`),
    part: (text) => (written.stdout += text),
    error: (text) => (written.stderr += `${text}\n`),
  });
  await new Promise((resolve) => setImmediate(resolve));
  const leftOpen = process.getActiveResourcesInfo().toSorted();
  for (const each of before) if (leftOpen.includes(each)) leftOpen.splice(leftOpen.indexOf(each), 1);
  process.chdir("/");
  return { code, ...written, leftOpen };
}

let earlier: Promise<unknown> = Promise.resolve();
process.on("message", (order: OrderedCommand) => {
  earlier = earlier.then(async () => process.send?.(await run(order)));
});
