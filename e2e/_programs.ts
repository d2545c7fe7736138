import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

export type Variables = Readonly<Record<string, string>>;

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** What the program wrote, byte by byte. */
  output: Buffer;
  /** The same as text. */
  stdout: string;
  stderr: string;
}

/** Debian's own Python: another one earlier in PATH would not see Debian's packages. */
export const python = "/usr/bin/python3";

const programTimeoutMs = 600_000;

/**
 * Why a suite cannot run here, in the form of node:test's `skip`; false if every program works.
 * @throws if CI=true, so that a missing program cannot go unnoticed
 */
export function lacking(...probes: readonly (readonly [string, ...string[]])[]): string | false {
  for (const [program, ...args] of probes) {
    const found = spawnSync(program, args, { stdio: "ignore" });
    if (!found.error && found.status === 0) continue;
    const reason = `${[program, ...args].join(" ")} does not work on this machine`;
    if (process.env["CI"] === "true") throw new Error(reason);
    return reason;
  }
  return false;
}

/** Variables of a user without settings: no proxy, key or configuration comes in from outside. */
export function cleanVariables(home: string): Record<string, string> {
  const { PATH = "", TMPDIR, NODE_COMPILE_CACHE = "" } = process.env;
  return { PATH, NODE_COMPILE_CACHE, HOME: home, LC_ALL: "C.UTF-8", ...(TMPDIR === undefined ? {} : { TMPDIR }) };
}

/** Runs a program to its end, or ends it after a long time. */
export async function finish(
  program: string,
  args: readonly string[],
  options: {
    variables: Variables;
    folder?: string | undefined;
    input?: string | Buffer;
    timeoutMs?: number;
    /** Ends the program early. */
    signal?: AbortSignal;
  },
): Promise<Finished> {
  const child = spawn(program, args, {
    env: { ...options.variables },
    cwd: options.folder,
    stdio: ["pipe", "pipe", "pipe"],
    timeout: options.timeoutMs ?? programTimeoutMs,
    // `consigne run` passes this on to the program, unlike SIGKILL.
    killSignal: "SIGTERM",
  });
  // A program may end without reading its input.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const stop = () => child.kill("SIGTERM");
  options.signal?.addEventListener("abort", stop);
  return ended(child).finally(() => options.signal?.removeEventListener("abort", stop));
}

export async function ended(child: ChildProcess): Promise<Finished> {
  const output: Buffer[] = [];
  const notes: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => notes.push(chunk));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  const bytes = Buffer.concat(output);
  return { code, signal, output: bytes, stdout: bytes.toString(), stderr: Buffer.concat(notes).toString() };
}

/** Whirlpool checksum of a file from OpenSSL's own program, in lower-case hex. */
export function whirlpoolOf(path: string): string {
  const args = ["dgst", "-provider", "legacy", "-provider", "default", "-whirlpool", "-r", path];
  const { status, stdout, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout.slice(0, 128);
}

/** For comparing files that are too large for memory. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
