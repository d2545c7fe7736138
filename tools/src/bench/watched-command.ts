import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 20;

export interface WatchedRun {
  seconds: number;
  /** The program's peak resident memory. */
  peakBytes: number;
}

/** Runs a program. @throws {Error} with its output if the exit code is not 0 */
export async function runWatched(
  command: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
  name = command[0],
): Promise<WatchedRun> {
  const [program, ...words] = command;
  const startedAt = performance.now();
  const child = spawn(program, words, { stdio: ["ignore", "ignore", "pipe"], env });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  const closed = once(child, "close") as Promise<[number | null]>;
  const watching = watchMemory(child.pid ?? 0, closed);
  const [code] = await closed;
  const seconds = (performance.now() - startedAt) / 1000;
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${complaint}`);
  return { seconds, peakBytes: await watching };
}

/** The kernel tracks the peak itself, so the last reading before the end is as good as one at the end. */
async function watchMemory(pid: number, ended: Promise<unknown>): Promise<number> {
  let isRunning = true;
  const noteEnd = () => (isRunning = false);
  ended.then(noteEnd, noteEnd);
  let peakBytes = 0;
  while (isRunning) {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    peakBytes = Math.max(peakBytes, Number(kibibytes ?? 0) * 1024);
    await sleep(LOOK_MS);
  }
  return peakBytes;
}
