import { spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { finish, type Finished } from "../_programs.ts";
import { builtConsole } from "../site/_built-console.ts";
import { ownVariables, StartedServer, succeed } from "./_toolchain.ts";

const release = fileURLToPath(new URL("../../tools/src/release/main.ts", import.meta.url));

const system = `linux-${process.arch}`;

/** The administrator of the started server. */
export const administrator = { email: "owner@example.org", password: "correct horse battery" };

/** The published programs, packed and installed by a user who has nothing else of Consigne. */
export class PackedPrograms implements AsyncDisposable {
  readonly #base: string;
  readonly #released: string;
  /** Contains `node_modules`; programs run there. */
  readonly folder: string;

  private constructor(base: string) {
    this.#base = base;
    this.#released = join(base, "released");
    this.folder = join(base, "stranger");
  }

  static async install(): Promise<PackedPrograms> {
    const packed = new PackedPrograms(await mkdtemp(join(tmpdir(), "consigne-packed-")));
    try {
      await packed.#install();
      return packed;
    } catch (error) {
      await packed[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #install(): Promise<void> {
    for (const folder of [this.folder, join(this.#base, "home")]) mkdirSync(folder);
    await using console = await builtConsole();
    // npm keeps its cache in the user's home folder.
    const here = { variables: ownVariables(this.#path()), folder: this.#base };
    // Without `--publish` nothing leaves this machine.
    const args = ["--systems", system, "--console", console.folder, this.#released];
    await succeed(process.execPath, [release, ...args], here);
    await writeFile(join(this.folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    const tarballs = readdirSync(this.tarballs).map((name) => join(this.tarballs, name));
    await succeed("npm", ["install", ...tarballs], { ...here, folder: this.folder });
  }

  /** Contains the built packages, each in a folder with its name. */
  get built(): string {
    return join(this.#released, "packages");
  }

  /** `consigne` with an included Node.js. */
  get singleFile(): string {
    return join(this.#released, `programs/consigne-${system}`);
  }

  get tarballs(): string {
    return join(this.#released, "tarballs");
  }

  /** Runs a program, of the packages or of the system, in the folder in which they are installed. */
  run(program: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return finish("env", [program, ...args], { variables: { ...this.#variables(), ...more }, folder: this.folder });
  }

  /**
   * Runs the single-file `consigne` where nothing else is found, and where a separate Node.js would refuse to start.
   */
  runAlone(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Finished> {
    const variables = { ...this.#variables(), PATH: "/nowhere", NODE_OPTIONS: "--no-such-option", ...more };
    return finish(this.singleFile, args, { variables, folder: this.folder });
  }

  /** `consigne-server serve` with its own data folder; resolves once it listens. */
  async serve(): Promise<StartedServer> {
    const own = {
      CONSIGNE_DATA_DIR: join(this.#base, "data"),
      CONSIGNE_PORT: "0",
      CONSIGNE_ADMIN_EMAIL: administrator.email,
      CONSIGNE_ADMIN_PASSWORD: administrator.password,
    };
    const server = spawn(join(this.folder, "node_modules/.bin/consigne-server"), ["serve"], {
      cwd: this.folder,
      env: { ...this.#variables(), ...own },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return StartedServer.watch(server);
  }

  #variables(): Record<string, string> {
    const { XDG_CACHE_HOME: _, ...variables } = ownVariables(this.#path());
    return { ...variables, HOME: join(this.#base, "home") };
  }

  /** The installed programs come first, then the Node.js that they need. */
  #path(): string {
    const { PATH = "" } = process.env;
    return [join(this.folder, "node_modules/.bin"), dirname(process.execPath), PATH].join(delimiter);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#base, { recursive: true, force: true, maxRetries: 3 });
  }
}
