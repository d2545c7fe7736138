import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ended, finish, type Finished } from "../_programs.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const packagedNode = `node-${process.platform}-${process.arch}`;
/** It says when it builds the console, which is work and takes minutes on a busy machine, and when it listens. */
const STEP_TIMEOUT_MS = 240_000;

/** Programs from the package registry, each fetched once. */
export class Tools implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "consigne-tools-"));
  readonly #fetched = new Map<string, Promise<string>>();

  /** Path of the program. */
  async node(version: string): Promise<string> {
    const own = join(repository, "node_modules", packagedNode);
    if (versionIn(own) === version) return join(own, "bin/node");
    return join(await this.#fetch(packagedNode, version, ["package/bin/node"]), "bin/node");
  }

  /** Path of the script. */
  async npm(version: string, name: "npm" | "npx"): Promise<string> {
    return join(await this.#fetch("npm", version, ["package"]), `bin/${name}-cli.js`);
  }

  /** The folder of a package, only partly unpacked: installing it takes five times as long. */
  #fetch(name: string, version: string, parts: readonly string[]): Promise<string> {
    const wanted = `${name}@${version}`;
    const fetched = this.#fetched.get(wanted) ?? this.#unpack(wanted, parts);
    this.#fetched.set(wanted, fetched);
    return fetched;
  }

  async #unpack(wanted: string, parts: readonly string[]): Promise<string> {
    const folder = mkdtempSync(join(this.#folder, "package-"));
    const here = { variables: ownVariables("/usr/local/bin:/usr/bin:/bin"), folder };
    const { stdout } = await succeed("npm", ["pack", "--silent", wanted], here);
    await succeed("tar", ["-xzf", stdout.trim(), "--no-same-owner", ...parts], here);
    return join(folder, "package");
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function versionIn(folder: string): string | undefined {
  const manifest = join(folder, "package.json");
  return existsSync(manifest) ? (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version : undefined;
}

/** A clone of the repository in an empty folder, on a machine with given versions of Node.js and npm. */
export class FreshClone implements Disposable {
  readonly #base = mkdtempSync(join(tmpdir(), "consigne-clone-"));
  /** Where the files are. */
  readonly folder = join(this.#base, "consigne");
  readonly #bin = join(this.#base, "bin");

  /** @param versions of `node` and `npm`; without `npm` there is none */
  static async make(tools: Tools, versions: { node: string; npm?: string }): Promise<FreshClone> {
    const clone = new FreshClone();
    await clone.#linkTools(tools, versions);
    await clone.#copyFiles();
    return clone;
  }

  async #linkTools(tools: Tools, { node, npm }: { node: string; npm?: string }): Promise<void> {
    mkdirSync(this.#bin);
    symlinkSync(await tools.node(node), join(this.#bin, "node"));
    if (npm === undefined) return;
    for (const name of ["npm", "npx"] as const) symlinkSync(await tools.npm(npm, name), join(this.#bin, name));
  }

  /** What git would provide, including uncommitted changes. */
  async #copyFiles(): Promise<void> {
    const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
    const gone = await succeed("git", ["ls-files", "-z", "--deleted"], {
      variables: this.#variables(),
      folder: repository,
    });
    const { stdout } = await succeed("git", list, { variables: this.#variables(), folder: repository });
    const deleted = new Set(gone.stdout.split("\0"));
    for (const path of stdout.split("\0").filter((each) => each !== "" && !deleted.has(each))) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      copyFileSync(join(repository, path), join(this.folder, path));
    }
  }

  /** Runs a program in the clone, found with the PATH of that machine. */
  run(program: string, args: readonly string[], more: Record<string, string> = {}): Promise<Finished> {
    return finish("env", [program, ...args], { variables: { ...this.#variables(), ...more }, folder: this.folder });
  }

  /** `npm start` with its own data folder; resolves once it listens. */
  async start(): Promise<StartedServer> {
    const variables = { ...this.#variables(), CONSIGNE_DATA_DIR: join(this.#base, "data"), CONSIGNE_PORT: "0" };
    const npm = spawn("env", ["npm", "start"], { cwd: this.folder, env: variables, stdio: ["ignore", "pipe", "pipe"] });
    return StartedServer.watch(npm);
  }

  #variables(): Record<string, string> {
    return ownVariables([this.#bin, "/usr/local/bin", "/usr/bin", "/bin"].join(":"));
  }

  [Symbol.dispose](): void {
    rmSync(this.#base, { recursive: true, force: true, maxRetries: 3 });
  }
}

export class StartedServer {
  readonly url: string;
  readonly apiKey: string;
  readonly #program: ChildProcess;
  readonly #end: Promise<Finished>;

  private constructor(program: ChildProcess, end: Promise<Finished>, printed: string) {
    this.#program = program;
    this.#end = end;
    this.url = /Consigne listens on (\S+)/.exec(printed)?.[1] ?? "";
    this.apiKey = /API key:?\s+(\S+)/.exec(printed)?.[1] ?? "";
  }

  /** @param program starts the server, or is the server */
  static async watch(program: ChildProcess): Promise<StartedServer> {
    const end = ended(program);
    let printed = "";
    let tooLate: NodeJS.Timeout | undefined;
    const listens = new Promise<void>((resolve, reject) => {
      tooLate = setTimeout(() => {
        program.kill("SIGTERM");
        reject(new Error(`Nothing more came from the server for ${STEP_TIMEOUT_MS / 60_000} minutes:\n${printed}`));
      }, STEP_TIMEOUT_MS);
      program.stdout?.on("data", (chunk: Buffer) => {
        printed += String(chunk);
        if (printed.includes("Consigne listens on")) resolve();
        else tooLate?.refresh();
      });
    });
    const failed = end.then(({ stdout, stderr }) => assert.fail(`The server ended early:\n${stdout}${stderr}`));
    await Promise.race([listens, failed]).finally(() => clearTimeout(tooLate));
    return new StartedServer(program, end, printed);
  }

  /** Ends it like a supervisor. */
  async stop(): Promise<Finished> {
    this.#program.kill("SIGTERM");
    return this.#end;
  }
}

/**
 * A user's own variables, with the machine's settings for npm and certificates, and without those set by the npm that
 * runs this test. What this machine has fetched before, as when installing the repository, is not fetched again.
 */
export function ownVariables(path: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_)|CONSIGNE_|ONEFICHIER_|NODE_(?!EXTRA_CA_CERTS$)|INIT_CWD|CI$)/.test(name),
  );
  // npm would keep compiled code in the temporary folder.
  const quick = {
    NODE_DISABLE_COMPILE_CACHE: "1",
    npm_config_prefer_offline: "true",
    npm_config_audit: "false",
    npm_config_fund: "false",
  };
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...quick, PATH: path };
}

export async function succeed(
  program: string,
  args: readonly string[],
  options: { variables: Record<string, string>; folder: string },
): Promise<Finished> {
  const run = await finish(program, args, options);
  assert.equal(run.code, 0, `${program} ${args.join(" ")}\n${run.stdout}${run.stderr}`);
  return run;
}
