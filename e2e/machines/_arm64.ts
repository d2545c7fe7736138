import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSingleFiles } from "@consigne/tools/single-file";
import { cleanVariables, finish } from "../_programs.ts";
import type { OtherMachine } from "./_machine.ts";

/** Debian's libraries for arm64, to which such a program is linked. */
export const emulator = ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"] as const;

/** The single-file `consigne`, as released for Linux on arm64. */
export async function startArm64(): Promise<OtherMachine> {
  const folder = await mkdtemp(join(tmpdir(), "consigne-arm64-"));
  try {
    const [program = ""] = await buildSingleFiles(folder, ["linux-arm64"]);
    await mkdir(join(folder, "home"));
    const [qemu, ...words] = [...emulator, program];
    return {
      folder,
      pathOf: (path) => path,
      consigne: (args, variables) =>
        finish(qemu, [...words, ...args], {
          variables: { ...cleanVariables(join(folder, "home")), ...variables },
          folder,
        }),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
