import { readFile } from "node:fs/promises";

/** Fields after the name in parentheses; see proc_pid_stat(5). */
const STATE = 0;
const STARTED = 19;
const ENDED = new Set(["Z", "X", "x"]);

/**
 * Identifies a process of this machine, even if its number is reused later or in another container. Undefined on
 * systems that do not provide this (all but Linux) and for a process that has ended.
 */
export async function nameOfProcess(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    const about = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = about.slice(about.lastIndexOf(")") + 2).split(" ");
    const [state = "", started = ""] = [fields[STATE], fields[STARTED]];
    return ENDED.has(state) || started === "" ? undefined : `${pid} ${started} ${boot.trim()}`;
  } catch {
    return undefined;
  }
}

/** Whether the process with that id runs here; false if unknown. */
export async function runsHere(name: string): Promise<boolean> {
  const pid = Number.parseInt(name, 10);
  return Number.isSafeInteger(pid) && pid > 0 && (await nameOfProcess(pid)) === name;
}
