import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { buildCliReference, buildCommandSummaries } from "@consigne/cli/reference";
import { buildOpenApi, buildReference } from "@consigne/contract";
import { repositoryRoot } from "./check-stage.ts";
import { compatibilityPage, recordVersions } from "./gen-compatibility.ts";
import { sdkPage } from "./gen-sdk.ts";
import { settingsPage } from "./gen-settings.ts";

const LANGUAGE = "en-US";
// The library reference is sorted by the system's language, and it must be the same for everybody.
if (new Intl.Collator().resolvedOptions().locale !== LANGUAGE && process.env["LC_ALL"] !== "en_US.UTF-8") {
  const [node = process.execPath, ...args] = process.argv;
  const env = { ...process.env, LC_ALL: "en_US.UTF-8" };
  process.exit(spawnSync(node, [...process.execArgv, ...args], { stdio: "inherit", env }).status ?? 1);
}

/**
 * Writes the generated parts of the documentation. With `--check` it only reports which of them are outdated. With
 * `--versions` it first asks the installed programs for the versions that the suites run with.
 */
if (process.argv.includes("--versions")) recordVersions();
const isCheck = process.argv.includes("--check");
const reference = join(repositoryRoot, "docs/reference");
const files = new Map([
  [join(reference, "api.md"), buildReference()],
  [join(reference, "cli.md"), await buildCliReference()],
  [join(reference, "openapi.json"), `${JSON.stringify(buildOpenApi(await contractVersion()), null, 2)}\n`],
  [join(reference, "sdk.md"), await sdkPage()],
  [join(repositoryRoot, "apps/cli/src/commands/command-summaries.ts"), await buildCommandSummaries()],
  [join(repositoryRoot, "docs/settings.md"), settingsPage()],
  [join(repositoryRoot, "docs/compatibility.md"), compatibilityPage()],
]);

for (const [path, text] of files) {
  const name = relative(repositoryRoot, path);
  if ((await readIfThere(path)) === text) continue;
  if (isCheck) {
    console.error(`${name} differs from its source; run \`npm run gen\`.`);
    process.exitCode = 1;
  } else {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    console.log(`${name} written`);
  }
}

async function contractVersion(): Promise<string> {
  const text = await readFile(join(repositoryRoot, "packages/contract/package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
