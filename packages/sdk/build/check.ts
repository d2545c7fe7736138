import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPackage } from "./build-package.ts";
import { faultsOfPackage } from "./package-checks.ts";

/** Builds the package into a temporary folder and reports what is wrong with it. */
const folder = await mkdtemp(join(tmpdir(), "consigne-package-"));
try {
  await buildPackage(folder);
  const faults = await faultsOfPackage(folder);
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true });
}
