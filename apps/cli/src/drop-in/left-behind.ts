import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { onStopSignal } from "@consigne/launcher/stop-signals";
import { sleep } from "@consigne/sdk/wait";
import { UsageError } from "../command-line/errors.ts";
import type { Variables } from "../environment.ts";

const LOOK_EVERY_MS = 500;
/** Longer than replacing one program with another takes, even on a busy machine. */
const MOMENT_MS = 100;

/** Options with which programs continue in the background after the started process has ended. */
const backgroundOptions: Readonly<Record<string, RegExp>> = {
  rclone: /^--daemon(?:=true)?$/,
  aria2c: /^(?:-D|--daemon)(?:=true)?$/,
  wget: /^(?:-b|--background)$/,
};

/**
 * Refuses a program that would continue without the proxy, because its end cannot be detected.
 * @throws {UsageError}
 */
export function refuseBackground(command: string, args: readonly string[], variables: Variables): void {
  if (process.platform === "linux") return;
  const name = basename(command).replace(/\.exe$/i, "");
  const option = backgroundOptions[name];
  const isByVariable = name === "rclone" && variables.RCLONE_DAEMON === "true";
  if (option === undefined || (!isByVariable && !args.some((arg) => option.test(arg)))) return;
  throw new UsageError(
    `${name} would keep running in the background, but the proxy ends with consigne run. Start \`consigne proxy\`, and ${name} in a shell with the lines it prints.`,
  );
}

/** Processes of this machine whose environment contains a text, as far as this user may see them. Linux only. */
async function processesWith(text: string): Promise<number[]> {
  if (process.platform !== "linux") return [];
  const names = await readdir("/proc").catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environ = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      return environ.includes(text) ? [pid] : [];
    }),
  );
  return found.flat().filter((pid) => pid !== process.pid);
}

/**
 * Waits for what a program has left running: a process with `mark` in its environment uses the proxy, and needs it as
 * long as it lives. A signal ends the wait.
 */
export async function outlive(mark: string, note: (line: string) => void): Promise<void> {
  const stopping = new AbortController();
  const ignoreSignals = onStopSignal(() => stopping.abort());
  try {
    let isSaid = false;
    // Checked twice, a moment apart: between two readings a process may hand over to its child, and a process that is
    // just starting another program shows no environment.
    for (let emptyLooks = 0; emptyLooks < 2 && !stopping.signal.aborted;) {
      if (emptyLooks > 0) await sleep(MOMENT_MS, stopping.signal).catch(() => undefined);
      const pids = await processesWith(mark);
      emptyLooks = pids.length === 0 ? emptyLooks + 1 : 0;
      if (pids.length === 0) continue;
      if (!isSaid)
        note(`consigne: the proxy keeps running for programs in the background (process ${pids.join(", ")}).`);
      isSaid = true;
      await sleep(LOOK_EVERY_MS, stopping.signal).catch(() => undefined);
    }
  } finally {
    if (!stopping.signal.aborted) ignoreSignals();
  }
}
