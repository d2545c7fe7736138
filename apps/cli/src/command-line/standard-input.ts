import { fstatSync, readFileSync, readlinkSync } from "node:fs";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import type { Input } from "./command.ts";
import { CliError } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";
import { exitCodeOfSystem } from "./system-failures.ts";

/** Standard input as commands read it: unreadable input is reported, and never looks like empty input. */
export class StandardInput implements Input {
  readonly #stream: Input;
  readonly #look: () => InputState;
  /** As in a terminal stream. */
  readonly setRawMode: ((isRaw: boolean) => unknown) | undefined;

  constructor(stream: Input & { setRawMode?(isRaw: boolean): unknown }, look: () => InputState = () => "readable") {
    this.#stream = stream;
    this.#look = look;
    this.setRawMode = stream.setRawMode?.bind(stream);
  }

  get isTTY(): boolean {
    return this.#stream.isTTY === true;
  }

  /** @throws {CliError} */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const state = this.#look();
    if (state === "closed") throw new CliError("input", "Standard input is closed; there is nothing to read.");
    if (state === "folder") {
      const exitCode = exitCodes.conflict;
      throw new CliError("input", "Standard input cannot be read: it is a folder, not a file.", { exitCode });
    }
    try {
      yield* this.#stream;
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      throw new CliError("input", `Standard input cannot be read: ${reasonOf(error)}.`, {
        cause: error,
        exitCode: exitCodeOfSystem(error),
      });
    }
  }
}

export type InputState = "readable" | "closed" | "folder";

/** The standard input that this program was started with. Node treats a folder like empty input. */
export function lookAtStandardInput(): InputState {
  if (isClosed()) return "closed";
  try {
    return fstatSync(0).isDirectory() ? "folder" : "readable";
  } catch {
    return "closed";
  }
}

/**
 * Whether it was closed (`<&-`): Node then opens /dev/null for reading and writing, as nobody else does. Only on Linux.
 */
function isClosed(): boolean {
  const READ_AND_WRITE = 0o2;
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync("/proc/self/fdinfo/0", "utf8"))?.[1] ?? "0";
    return readlinkSync("/proc/self/fd/0") === "/dev/null" && (Number.parseInt(flags, 8) & 0o3) === READ_AND_WRITE;
  } catch {
    return false;
  }
}
