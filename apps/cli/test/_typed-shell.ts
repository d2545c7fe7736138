import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { lacks } from "./_fixtures.ts";
import type { Person } from "./_terminal.ts";

const programPath = fileURLToPath(new URL("../bin/consigne.js", import.meta.url));
const PROMPT = "ready>";
/** The prompt of a shell that waits for a closing quote. */
const UNFINISHED = "unfinished>";
const [START, BETWEEN, END] = ["\u001e", "\u001f", "\u001d"];

/** How each shell is started without its user's settings, and what it runs before its first prompt. */
const shells = {
  bash: {
    probe: ["-c", "((BASH_VERSINFO[0] >= 4))"],
    command: "bash --norc --noprofile -i",
    setup: `PS1='${PROMPT}' PS2='unfini''shed>'; bind 'set enable-bracketed-paste off'; eval "$(consigne completion bash)"`,
  },
  zsh: {
    probe: ["--version"],
    command: "zsh -f -i",
    setup: `PS1='${PROMPT}' PS2='unfini''shed>'; autoload -Uz compinit; compinit -u -D; eval "$(consigne completion zsh)"`,
  },
  fish: {
    probe: ["--version"],
    command: "fish --no-config -i",
    setup: `function fish_prompt; echo -n '${PROMPT}'; end; consigne completion fish | source`,
  },
};

export type TypedShellName = keyof typeof shells;
export const typedShells = ["bash", "zsh", "fish"] as const satisfies TypedShellName[];

/**
 * A shell on a terminal, whose keys a test presses. Its `consigne` reports how it was called, except for completion.
 */
export class TypedShell {
  readonly #child: ChildProcessWithoutNullStreams;
  #seen = "";

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stdout.setEncoding("utf8").on("data", (text: string) => (this.#seen += text));
  }

  /** Undefined if the shell is not on this machine, which the test then reports. */
  static async open(t: TestContext, name: TypedShellName, person: Person): Promise<TypedShell | undefined> {
    const { command, setup, probe } = shells[name];
    if (lacks(t, "script", "--version") || lacks(t, name, ...probe)) return undefined;
    const folder = join(person.home, "here");
    await mkdir(folder, { recursive: true });
    const variables = { ...person.variables, PATH: `${await makeProgram(person)}:${person.variables["PATH"] ?? ""}` };
    const child = spawn("script", ["--quiet", "--flush", "--return", "--command", command, "/dev/null"], {
      cwd: folder,
      env: { ...variables, TERM: "xterm", LC_ALL: "C.UTF-8", SHELL: "/bin/sh", COLUMNS: "300" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    t.after(async () => {
      const ended = once(child, "close");
      child.kill("SIGKILL");
      await ended;
    });
    const shell = new TypedShell(child);
    shell.#type(`stty cols 300; ${setup}; consigne set up\r`);
    await shell.#argumentsOfCall();
    return shell;
  }

  /** Presses keys and Enter; returns what `consigne` was then called with. */
  async enter(keys: string): Promise<string[]> {
    this.#type(`${keys}\r`);
    return await this.#argumentsOfCall();
  }

  #type(keys: string): void {
    this.#seen = "";
    this.#child.stdin.write(keys);
  }

  #argumentsOfCall(): Promise<string[]> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const [, call = ""] = this.#seen.split(START);
        const [words = "", after = ""] = call.split(END);
        const isOver = after.includes(PROMPT) || this.#child.exitCode !== null;
        if (!isOver && !this.#seen.includes(UNFINISHED)) return;
        this.#child.stdout.off("data", look).off("close", look);
        if (after.includes(PROMPT)) resolve(words.split(BETWEEN).slice(0, -1));
        else reject(new Error(`The shell ran no consigne: ${JSON.stringify(this.#seen)}`));
      };
      this.#child.stdout.on("data", look).on("close", look);
    });
  }
}

async function makeProgram({ home }: Person): Promise<string> {
  const folder = join(home, "bin");
  await mkdir(folder, { recursive: true });
  const real = `exec '${process.execPath}' '${programPath}' "$@"`;
  const tells = `printf '${octal(START)}'; printf '%s${octal(BETWEEN)}' "$@"; printf '${octal(END)}\\n'`;
  const program = `#!/bin/sh\ncase "$1" in __complete | completion) ${real} ;; *) ${tells} ;; esac\n`;
  await writeFile(join(folder, "consigne"), program);
  await chmod(join(folder, "consigne"), 0o755);
  return folder;
}

const octal = (character = ""): string => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`;
