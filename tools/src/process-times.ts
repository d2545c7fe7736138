import { readdirSync, readFileSync } from "node:fs";

/**
 * Fields of `/proc/PID/stat` after the name: parent, then the times of the process and of the children it waited for.
 */
const PARENT = 1;
const TIMES = [11, 12, 13, 14];
const MS_A_TICK = 10;

/**
 * Processor time so far of a process and each of its descendants, by process id and in ticks (100 a second on Linux).
 * Undefined without /proc.
 * @param root its process id
 * @param known earlier descendants, because one whose parent has ended can no longer be found
 */
export function familyTicks(root: number, known: Iterable<number> = []): Map<number, number> | undefined {
  let pids: number[];
  try {
    pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return undefined;
  }
  const children = new Map<number, number[]>();
  const ticks = new Map<number, number>();
  for (const pid of pids) {
    const fields = readStat(pid);
    if (fields === undefined) continue;
    const parent = Number(fields[PARENT]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
    ticks.set(pid, sumOfTimes(fields));
  }
  if (!ticks.has(root)) return undefined;
  const family = new Map<number, number>();
  for (const waiting = [root, ...known]; waiting.length > 0;) {
    const pid = waiting.pop() as number;
    if (family.has(pid) || !ticks.has(pid)) continue;
    family.set(pid, ticks.get(pid) ?? 0);
    waiting.push(...(children.get(pid) ?? []));
  }
  return family;
}

/** Processor time of this process and of the children that have ended so far, in milliseconds. */
export function workOfThis(): number {
  const fields = readStat(process.pid);
  if (fields !== undefined) return sumOfTimes(fields) * MS_A_TICK;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Bytes this process has written to disks so far. Undefined without /proc. */
export function writtenBytesOfThis(): number | undefined {
  try {
    const [, bytes] = /^write_bytes: (\d+)$/m.exec(readFileSync("/proc/self/io", "latin1")) ?? [];
    return bytes === undefined ? undefined : Number(bytes);
  } catch {
    return undefined;
  }
}

const sumOfTimes = (fields: readonly string[]): number => TIMES.reduce((sum, index) => sum + Number(fields[index]), 0);

/** A program's name may contain spaces and parentheses, so the fields are counted from its end. */
function readStat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
