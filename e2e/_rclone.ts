import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { careForRclone, readEnvironment, startDropIn } from "@consigne/cli/drop-in";
import { cleanVariables, finish, lacking } from "./_programs.ts";
import type { Finished } from "./_programs.ts";
import { ServerProcess } from "./_server-process.ts";

const bin = fileURLToPath(new URL("../apps/cli/bin/consigne.js", import.meta.url));

/** For `skip`: why the rclone suites cannot run here. */
export const lacksRclone = lacking(["rclone", "version"]);

export interface RcloneRun extends Finished {
  /** Requests through the drop-in, as `POST api.1fichier.com/v1/file/ls.cgi`. */
  requests: string[];
}

export interface RcloneStats {
  bytes: number;
  checks: number;
  deletes: number;
  errors: number;
  renames: number;
  transfers: number;
}

/**
 * Debian's rclone, unmodified, with an ordinary remote `my1fichier` and the environment of `consigne run`. Each run has
 * its own drop-in in this process: a process for each would be most of the work of the suites.
 */
export class Rclone {
  readonly server: ServerProcess;
  readonly folder: string;
  #care: Promise<Readonly<Record<string, string>>> | undefined;

  private constructor(server: ServerProcess) {
    this.server = server;
    this.folder = join(server.folder, "person");
  }

  /** Starts a server and writes the remote that `consigne rclone-config` prints. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<Rclone> {
    const rclone = new Rclone(await ServerProcess.start(settings));
    await mkdir(rclone.folder);
    const printed = await rclone.consigne("rclone-config");
    assert.equal(printed.code, 0, printed.stderr);
    await writeFile(rclone.configFile, printed.stdout);
    return rclone;
  }

  get configFile(): string {
    return join(this.folder, "rclone.conf");
  }

  get variables(): Record<string, string> {
    return {
      ...cleanVariables(this.folder),
      CONSIGNE_URL: this.server.url,
      CONSIGNE_API_KEY: this.server.apiKey,
      CONSIGNE_CONFIG_DIR: join(this.folder, "consigne"),
      RCLONE_CONFIG: this.configFile,
    };
  }

  /** Runs `consigne` to its end. */
  async consigne(...args: string[]): Promise<Finished> {
    return finish(process.execPath, [bin, ...args], { variables: this.variables, folder: this.folder });
  }

  /** Starts `consigne run -- PROGRAM`, for a program that does not end by itself. */
  spawn(...program: string[]): ChildProcess {
    return spawn(process.execPath, [bin, "run", "--", ...program], {
      env: this.variables,
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Runs rclone, whatever the result. */
  async run(args: readonly string[], input?: string | Buffer): Promise<RcloneRun> {
    const notes: string[] = [];
    await using dropIn = await startDropIn({
      serverUrl: undefined,
      serverCaFile: undefined,
      port: 0,
      withPassword: true,
      environment: readEnvironment(this.variables),
      note: (line) => void notes.push(line),
      isVerbose: true,
    });
    const variables = { ...this.variables, ...dropIn.program.variables, ...(await this.#careVariables()) };
    const options = { variables, folder: this.folder, ...(input === undefined ? {} : { input }) };
    const run = await finish("rclone", args, options);
    return { ...run, requests: requestsIn(notes) };
  }

  /** Like `run`, through the command itself. */
  async runByCommand(args: readonly string[], input?: string | Buffer): Promise<RcloneRun> {
    const command = [bin, "run", "--verbose", "--", "rclone", ...args];
    const options = { variables: this.variables, folder: this.folder };
    const run = await finish(process.execPath, command, { ...options, ...(input === undefined ? {} : { input }) });
    return { ...run, requests: requestsIn(run.stderr.split("\n")) };
  }

  async #careVariables(): Promise<Readonly<Record<string, string>>> {
    this.#care ??= careForRclone("rclone", this.variables).then((care) => care?.variables ?? {});
    return this.#care;
  }

  /** Runs rclone, which must succeed at the first attempt: nothing refused, nothing repeated. */
  async ok(...args: string[]): Promise<RcloneRun> {
    const run = await this.run(["--retries", "1", ...args]);
    assert.equal(run.code, 0, `rclone ${args.join(" ")}: ${run.stderr}`);
    assert.doesNotMatch(run.stderr, /low level retry|ERROR/, `rclone ${args.join(" ")}`);
    return run;
  }

  /** Runs a transfer and returns rclone's own counts. */
  async transfer(...args: string[]): Promise<{ run: RcloneRun; stats: RcloneStats }> {
    const run = await this.ok("--use-json-log", "--stats-log-level", "NOTICE", "--stats", "10m", ...args);
    const lines = run.stderr.split("\n").filter((line) => line.startsWith("{"));
    const entries = lines.map((line) => JSON.parse(line) as { stats?: RcloneStats });
    const stats = entries.findLast((entry) => entry.stats !== undefined)?.stats;
    assert.ok(stats, run.stderr);
    return { run, stats };
  }

  /** Every file and folder (`name/`) below a remote folder, sorted. */
  async names(remote: string): Promise<string[]> {
    const { stdout } = await this.ok("lsf", "-R", remote);
    return stdout.split("\n").filter(Boolean).toSorted();
  }

  async addRemote(name: string, options: Readonly<Record<string, string>>): Promise<void> {
    const lines = Object.entries({ type: "fichier", ...options }).map(([key, value]) => `${key} = ${value}`);
    await appendFile(this.configFile, `\n[${name}]\n${lines.join("\n")}\n`);
  }

  /** A local folder with these files in it. */
  async local(name: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
    const folder = join(this.folder, name);
    await mkdir(folder, { recursive: true });
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(folder, path, ".."), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return folder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

function requestsIn(notes: readonly string[]): string[] {
  const ours = notes.filter((line) => line.startsWith("consigne: "));
  return ours.map((line) => line.slice("consigne: ".length));
}

/** Requests to one path, e.g. `/upload.cgi`. */
export function requestsTo(run: RcloneRun, path: string): string[] {
  return run.requests.filter((line) => line.endsWith(path));
}
