import { runTimed } from "./timed-command.ts";

/** The same command, pinned to one core. */
export function onCore(command: readonly [string, ...string[]], core: number | undefined): [string, ...string[]] {
  return core === undefined ? [...command] : ["taskset", "--cpu-list", String(core), ...command];
}

/** Pins a running program with all its threads to one core. */
export async function keepOnCore(pid: number, core: number): Promise<void> {
  await runTimed(["taskset", "--all-tasks", "--cpu-list", "--pid", String(core), String(pid)]);
}
