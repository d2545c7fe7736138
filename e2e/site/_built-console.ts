import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildConsole } from "@consigne/console/build";

/** The built console, for reading only: one for all files of a run, or a separate one for a file that runs alone. */
export async function builtConsole(): Promise<{ folder: string } & AsyncDisposable> {
  const shared = process.env["CONSIGNE_TEST_CONSOLE"];
  if (shared !== undefined && existsSync(shared)) return keptConsole(shared);
  const parent = await mkdtemp(join(shared === undefined ? tmpdir() : dirname(shared), "consigne-console-"));
  const folder = join(parent, "dist");
  await buildConsole(folder);
  const removeParent = () => rm(parent, { recursive: true });
  if (shared === undefined) return { folder, [Symbol.asyncDispose]: removeParent };
  // Another file may have built one by now: both are the same, and the first stays.
  await rename(folder, shared).catch(() => {});
  await removeParent();
  return keptConsole(shared);
}

/** Removed with the run. */
const keptConsole = (folder: string) => ({ folder, [Symbol.asyncDispose]: async () => {} });
