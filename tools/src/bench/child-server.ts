import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const START_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 15_000;
const LOOK_MS = 20;

export interface ChildServer extends AsyncDisposable {
  pid: number;
}

/**
 * Starts a program whose output goes to `logFile`, so that this process does not have to read it during a measurement.
 * Disposing ends the program.
 */
export function startChild(
  command: readonly [string, ...string[]],
  options: { logFile: string; cwd: string; env?: NodeJS.ProcessEnv },
): ChildServer {
  const [program, ...args] = command;
  const log = openSync(options.logFile, "w");
  const child = spawn(program, args, {
    cwd: options.cwd,
    stdio: ["ignore", log, log],
    env: options.env ?? process.env,
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} does not start.`);
  return { pid, [Symbol.asyncDispose]: () => stop(child) };
}

/** Waits for a match of `pattern` in the log. @throws {Error} with the log if that takes too long */
export async function waitForLine(logFile: string, pattern: RegExp): Promise<string> {
  const deadline = performance.now() + START_DEADLINE_MS;
  for (;;) {
    const log = await readFile(logFile, "utf8");
    const found = pattern.exec(log)?.[1];
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`A server did not start: ${log}`);
    await sleep(LOOK_MS);
  }
}

export async function waitForPort(port: number, logFile: string): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  while (!(await accepts(port))) {
    if (performance.now() > deadline) throw new Error(`A server did not start: ${await readFile(logFile, "utf8")}`);
    await sleep(LOOK_MS);
  }
}

/** A port that is free at the moment, for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return address.port;
}

async function accepts(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: "127.0.0.1" });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const kill = setTimeout(() => child.kill("SIGKILL"), STOP_DEADLINE_MS);
  await ended;
  clearTimeout(kill);
}
