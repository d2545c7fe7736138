import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ApiClient } from "@consigne/testkit/api-client";
import { cleanVariables, finish } from "./_programs.ts";
import type { Finished } from "./_programs.ts";

const bin = fileURLToPath(new URL("../apps/server/src/bin.ts", import.meta.url));
const startTimeoutMs = 60_000;

export interface ProcessOptions {
  /** The system's limit, as with `ulimit -n`. */
  openFiles?: number;
  /** A program with arguments that runs the server as its own process and traces it, to the end of both. */
  tracer?: readonly string[];
}

/** A server as an operator starts it: a process with its own data folder and default limits. */
export class ServerProcess {
  readonly folder: string;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #openFiles: number | undefined;
  readonly #tracer: readonly string[];
  #child: ChildProcess | undefined;
  #apiKey = "";
  #url = "";
  /** Everything the server has written since its last start. */
  stdout = "";
  stderr = "";

  private constructor(folder: string, settings: Readonly<Record<string, string>>, options: ProcessOptions) {
    this.folder = folder;
    this.#settings = settings;
    this.#openFiles = options.openFiles;
    this.#tracer = options.tracer ?? [];
  }

  static async start(
    settings: Readonly<Record<string, string>> = {},
    options: ProcessOptions = {},
  ): Promise<ServerProcess> {
    const server = await ServerProcess.prepare(async () => {}, settings, options);
    await server.start();
    return server;
  }

  /** Not started yet, so that `fill` can put something into its folder; `data` in it will be the data folder. */
  static async prepare(
    fill: (folder: string) => Promise<void>,
    settings: Readonly<Record<string, string>> = {},
    options: ProcessOptions = {},
  ): Promise<ServerProcess> {
    const folder = await mkdtemp(join(tmpdir(), "consigne-e2e-"));
    await fill(folder);
    return new ServerProcess(folder, settings, options);
  }

  /** Without a trailing slash. */
  get url(): string {
    return this.#url;
  }

  /** The administrator's, as the first start printed it. */
  get apiKey(): string {
    return this.#apiKey;
  }

  /** Uses another key from now on, after that one was ended. */
  useKey(apiKey: string): void {
    this.#apiKey = apiKey;
  }

  get api(): ApiClient {
    return new ApiClient(this, this.#apiKey);
  }

  get pid(): number {
    const pid = this.#child?.pid;
    assert.ok(pid !== undefined, "the server does not run");
    return pid;
  }

  get dataDir(): string {
    return join(this.folder, "data");
  }

  get variables(): Record<string, string> {
    return {
      ...cleanVariables(this.folder),
      CONSIGNE_DATA_DIR: this.dataDir,
      // Whether it is built or not: a test that needs the console turns it on.
      CONSIGNE_CONSOLE: "off",
      CONSIGNE_PORT: this.#url === "" ? "0" : new URL(this.#url).port,
      ...this.#settings,
    };
  }

  /** Starts the process; again after it has ended, on the same port and data. */
  async start(): Promise<void> {
    const limit = this.#openFiles === undefined ? "" : `ulimit -n ${this.#openFiles}; `;
    const child = spawn("/bin/sh", ["-c", `${limit}exec "$@"`, "sh", ...this.#tracer, process.execPath, bin, "serve"], {
      env: this.variables,
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.stdout = "";
    this.stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.#url = await new Promise<string>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`The server ${why}.\n${this.stdout}\n${this.stderr}`));
      const timer = setTimeout(() => fail("did not start in time"), startTimeoutMs);
      const endEarly = (code: number | null, signal: string | null) => {
        this.#child = undefined;
        fail(`ended with ${code ?? signal}`);
      };
      child.once("exit", endEarly);
      child.once("close", () => clearTimeout(timer));
      child.stdout.on("data", (chunk: Buffer) => {
        this.stdout += chunk.toString();
        const [, url] = /^Consigne listens on (\S+)\n/m.exec(this.stdout) ?? [];
        if (url === undefined) return;
        clearTimeout(timer);
        child.off("exit", endEarly);
        resolve(url);
      });
    });
    const [, apiKey] = /^ +API key +(\S+)$/m.exec(this.stdout) ?? [];
    if (apiKey !== undefined) this.#apiKey = apiKey;
  }

  /** Asks the server to stop and waits until it has. */
  async stop(): Promise<void> {
    assert.equal(await this.stopped(), 0, this.stderr);
  }

  /** Like `stop`, for a server that may have reported problems: returns its exit code. */
  async stopped(): Promise<unknown> {
    const [code, signal] = await this.#end("SIGTERM");
    assert.equal(signal, null, this.stderr);
    return code;
  }

  /** Ends the server as a power cut would, as far as that is possible for a process. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async #end(signal: NodeJS.Signals): Promise<unknown[]> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return [0, null];
    // It ended by itself: the caller judges how.
    if (child.exitCode !== null || child.signalCode !== null) return [child.exitCode, child.signalCode];
    const closed = once(child, "close");
    child.kill(signal);
    return closed;
  }

  /** Runs `consigne-server` on the same data. */
  async operate(...args: string[]): Promise<Finished> {
    return finish(process.execPath, [bin, ...args], { variables: this.variables, folder: this.folder });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
