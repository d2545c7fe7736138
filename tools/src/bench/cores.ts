import { runTimed } from "./timed-command.ts";

/** The same command, kept on one core. */
export function onCore(command: readonly [string, ...string[]], core: number | undefined): [string, ...string[]] {
  return core === undefined ? [...command] : ["taskset", "--cpu-list", String(core), ...command];
}

/** Keeps a running program, with all its threads, on one core. */
export async function keepOnCore(pid: number, core: number): Promise<void> {
  await runTimed(["taskset", "--all-tasks", "--cpu-list", "--pid", String(core), String(pid)]);
}
