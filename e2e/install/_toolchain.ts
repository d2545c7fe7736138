import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ended, finish, type Finished } from "../_programs.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const packagedNode = `node-${process.platform}-${process.arch}`;
const startTimeoutMs = 60_000;

/** A clone of the repository in an empty folder, on a machine that has a certain Node.js and a certain npm. */
export class FreshClone implements Disposable {
  readonly #base = mkdtempSync(join(tmpdir(), "consigne-clone-"));
  /** Where the files lie. */
  readonly folder = join(this.#base, "consigne");
  readonly #bin = join(this.#base, "bin");

  /** @param versions of `node` and `npm`, exactly as the package registry has them; without `npm` there is none */
  static async make(versions: { node: string; npm?: string }): Promise<FreshClone> {
    const clone = new FreshClone();
    await clone.#installTools(versions);
    await clone.#copyFiles();
    return clone;
  }

  async #installTools({ node, npm }: { node: string; npm?: string }): Promise<void> {
    const tools = join(this.#base, "tools");
    const packages = [`${packagedNode}@${node}`, ...(npm === undefined ? [] : [`npm@${npm}`])];
    await succeed("npm", ["install", "--prefix", tools, "--force", "--no-audit", "--no-fund", ...packages], {
      variables: this.#variables(),
      folder: this.#base,
    });
    mkdirSync(this.#bin);
    symlinkSync(join(tools, "node_modules", packagedNode, "bin/node"), join(this.#bin, "node"));
    for (const name of npm === undefined ? [] : ["npm", "npx"]) {
      symlinkSync(join(tools, "node_modules/npm/bin", `${name}-cli.js`), join(this.#bin, name));
    }
  }

  /** What git would hand out, with what is not committed yet. */
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

  /** Runs a program in the clone, found by the PATH of that machine. */
  run(program: string, args: readonly string[], more: Record<string, string> = {}): Promise<Finished> {
    return finish("env", [program, ...args], { variables: { ...this.#variables(), ...more }, folder: this.folder });
  }

  /** `npm start` with a data folder of its own; resolves once it listens. */
  async start(): Promise<StartedServer> {
    const variables = { ...this.#variables(), CONSIGNE_DATA_DIR: join(this.#base, "data"), CONSIGNE_PORT: "0" };
    const npm = spawn("env", ["npm", "start"], { cwd: this.folder, env: variables, stdio: ["ignore", "pipe", "pipe"] });
    return StartedServer.watch(npm);
  }

  /**
   * A person's own, with the machine's settings of npm and certificates, and without what the npm that runs this test has
   * set. What this machine has fetched before, as for the installation of the repository, is not fetched again.
   */
  #variables(): Record<string, string> {
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^(npm_(?!config_)|CONSIGNE_|ONEFICHIER_|NODE_(?!EXTRA_CA_CERTS$)|INIT_CWD|CI$)/.test(name),
    );
    const path = [this.#bin, "/usr/local/bin", "/usr/bin", "/bin"].join(":");
    return { ...(Object.fromEntries(kept) as Record<string, string>), npm_config_prefer_offline: "true", PATH: path };
  }

  [Symbol.dispose](): void {
    rmSync(this.#base, { recursive: true, force: true, maxRetries: 3 });
  }
}

export class StartedServer {
  readonly url: string;
  readonly apiKey: string;
  readonly #npm: ChildProcess;
  readonly #end: Promise<Finished>;

  private constructor(npm: ChildProcess, end: Promise<Finished>, printed: string) {
    this.#npm = npm;
    this.#end = end;
    this.url = /Consigne listens on (\S+)/.exec(printed)?.[1] ?? "";
    this.apiKey = /API key:?\s+(\S+)/.exec(printed)?.[1] ?? "";
  }

  static async watch(npm: ChildProcess): Promise<StartedServer> {
    const end = ended(npm);
    let printed = "";
    let tooLate: NodeJS.Timeout | undefined;
    const listens = new Promise<void>((resolve, reject) => {
      tooLate = setTimeout(() => {
        npm.kill("SIGTERM");
        reject(new Error(`npm start did not listen within a minute:\n${printed}`));
      }, startTimeoutMs);
      npm.stdout?.on("data", (chunk: Buffer) => {
        printed += String(chunk);
        if (printed.includes("Consigne listens on")) resolve();
      });
    });
    const failed = end.then(({ stdout, stderr }) => assert.fail(`npm start ended early:\n${stdout}${stderr}`));
    await Promise.race([listens, failed]).finally(() => clearTimeout(tooLate));
    return new StartedServer(npm, end, printed);
  }

  /** As a supervisor ends it. */
  async stop(): Promise<Finished> {
    this.#npm.kill("SIGTERM");
    return this.#end;
  }
}

async function succeed(
  program: string,
  args: readonly string[],
  options: { variables: Record<string, string>; folder: string },
): Promise<Finished> {
  const run = await finish(program, args, options);
  assert.equal(run.code, 0, `${program} ${args.join(" ")}\n${run.stdout}${run.stderr}`);
  return run;
}
