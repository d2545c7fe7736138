import { spawnSync } from "node:child_process";
import { chmod, copyFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inject } from "postject";
import { repositoryRoot } from "../check-stage.ts";
import { bundle } from "./bundle.ts";
import { thirdPartyNotices } from "./third-party.ts";

/** Systems for which single-file programs are made, named like the packages with their Node.js. */
export const systems = ["linux-x64", "linux-arm64"] as const;
export type System = (typeof systems)[number];

/**
 * Node.js searches itself for this text to see whether it contains a program, see its documentation, Single
 * executables.
 */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const worker = "whirlpool-worker";

/** Writes `consigne-SYSTEM` for each system, and `consigne-LICENSES.txt`, into a folder. @returns the programs */
export async function buildSingleFiles(folder: string, wanted: readonly System[]): Promise<string[]> {
  const drafts = await mkdtemp(join(tmpdir(), "consigne-single-"));
  try {
    const { blob, notices } = await buildBlob(drafts);
    const programs: string[] = [];
    for (const system of wanted) {
      const program = join(folder, `consigne-${system}`);
      const node = await findNode(system, drafts);
      await writeFile(join(folder, "consigne-LICENSES.txt"), notices + (await readFile(join(node, "LICENSE"), "utf8")));
      await copyFile(join(node, "bin/node"), program);
      await chmod(program, 0o755);
      await inject(program, "NODE_SEA_BLOB", blob, { sentinelFuse: FUSE });
      programs.push(program);
    }
    return programs;
  } finally {
    await rm(drafts, { recursive: true });
  }
}

/** Contains neither compiled code nor a snapshot, so that it fits the Node.js of every system. */
async function buildBlob(drafts: string): Promise<{ blob: Buffer; notices: string }> {
  const program = await bundle({
    entries: { consigne: "apps/cli/src/bin.ts" },
    folder: drafts,
    // A native library cannot be included. Keys are kept in a file, as on systems without a keyring.
    isInstalled: (library) => library === "@napi-rs/keyring",
    assets: [worker],
  });
  await bundle({
    entries: { [worker]: `packages/hashing/src/${worker}.ts` },
    folder: drafts,
    isInstalled: () => false,
  });
  await cp(join(repositoryRoot, "apps/cli/package.json"), join(drafts, "package.json"));
  const config = join(drafts, "config.json");
  const output = join(drafts, "blob");
  await writeFile(
    config,
    JSON.stringify({
      // Only a name, because a path would appear in stack traces and make every build different.
      main: "consigne.cjs",
      output,
      disableExperimentalSEAWarning: true,
      // NODE_OPTIONS is meant for programs that users know run on Node.js.
      execArgvExtension: "none",
      assets: { [worker]: join(drafts, `${worker}.js`), "package.json": join(drafts, "package.json") },
    }),
  );
  run(process.execPath, ["--experimental-sea-config", config], drafts);
  const notices = `${thirdPartyNotices(program.joined)}\n${"-".repeat(80)}\n\nNode.js, which carries the program\n\n`;
  return { blob: await readFile(output), notices };
}

/** The package of the repository's Node.js. That of another system comes from the registry, in the pinned version. */
async function findNode(system: System, drafts: string): Promise<string> {
  const name = `node-${system}`;
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    const { optionalDependencies } = JSON.parse(await readFile(join(repositoryRoot, "package.json"), "utf8")) as {
      optionalDependencies: Record<string, string>;
    };
    const tarball = run("npm", ["pack", "--silent", `${name}@${optionalDependencies[name]}`], drafts).trim();
    run("tar", ["-xzf", tarball, "--no-same-owner", "package/bin/node", "package/LICENSE"], drafts);
    return join(drafts, "package");
  }
}

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${error?.message ?? stderr}`);
  return stdout;
}
