import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestContext } from "node:test";
import { type TestServer, startTestServer, type TestServerOptions } from "@consigne/testkit";
import { main } from "../src/main.ts";
import type { Input } from "../src/command-line/command.ts";

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  bytes: Buffer;
}

/** A user with a home folder and a server of their own. */
export interface Person {
  server: TestServer;
  home: string;
  variables: Record<string, string>;
  /** Runs `consigne` in this process. */
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Like `run`, and fails the test unless it ends with 0. */
  ok(args: readonly string[], options?: RunOptions): Promise<Ran>;
}

export interface RunOptions {
  variables?: Record<string, string | undefined>;
  stdin?: string | Buffer;
  isTerminal?: boolean;
  /** Standard input is typed by somebody. */
  isTyped?: boolean;
  interruption?: AbortSignal;
  /** For reading it before the end. */
  stderr?: Capture;
}

/** Takes what is written, like the process's own streams. */
export class Capture {
  readonly chunks: Buffer[] = [];
  isTTY: boolean;
  columns = 80;

  constructor(isTerminal = false) {
    this.isTTY = isTerminal;
  }

  write(text: string | Uint8Array, done?: (error?: Error | null) => void): boolean {
    this.chunks.push(Buffer.from(text as string));
    done?.();
    return true;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** Resolves once it was written. */
  async shows(text: RegExp): Promise<void> {
    while (!text.test(String(this.bytes))) await sleep(10);
  }
}

export async function newPerson(t: TestContext, options: TestServerOptions = {}): Promise<Person> {
  const server = await startTestServer(options);
  t.after(() => server[Symbol.asyncDispose]());
  const home = await mkdtemp(join(tmpdir(), "consigne-cli-"));
  t.after(() => rm(home, { recursive: true, force: true }));
  const variables = {
    HOME: home,
    PATH: process.env["PATH"] ?? "",
    XDG_RUNTIME_DIR: home,
    CONSIGNE_URL: server.url,
    CONSIGNE_API_KEY: server.apiKey,
  };
  const run = (args: readonly string[], runOptions?: RunOptions) => runConsigne(args, variables, runOptions);
  const ok = async (args: readonly string[], runOptions?: RunOptions): Promise<Ran> => {
    const ran = await run(args, runOptions);
    if (ran.code !== 0) throw new Error(`consigne ${args.join(" ")} ended with ${ran.code}: ${ran.stderr}`);
    return ran;
  };
  return { server, home, variables, run, ok };
}

export async function runConsigne(
  args: readonly string[],
  variables: Record<string, string | undefined>,
  options: RunOptions = {},
): Promise<Ran> {
  const stdout = new Capture(options.isTerminal);
  const stderr = options.stderr ?? new Capture(options.isTerminal);
  const { interruption } = options;
  const code = await main(args, {
    variables: { ...variables, ...options.variables },
    stdout,
    stderr,
    stdin: inputOf(options.stdin, options.isTyped),
    ...(interruption === undefined ? {} : { interruption: () => interruption }),
  });
  return { code, stdout: String(stdout.bytes), stderr: String(stderr.bytes), bytes: stdout.bytes };
}

function inputOf(text: string | Buffer | undefined, isTTY = false): Input {
  return {
    isTTY,
    async *[Symbol.asyncIterator]() {
      if (text !== undefined) yield Buffer.from(text as string);
    },
  };
}

/** The lines of `--json`. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
